//! What became of an invitation, as far as somebody's calendar said so.

use domain::{Answer, PersonId, Reply};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::answer::{Instant, Named};

/// What an invited person answered: by mail, by a calendar program, on the page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplyAnswer {
    /// Absent if another time was proposed without an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    answer: Option<AnswerName>,
    /// When it was written, by the clock of whoever wrote it.
    answered_at: Instant,
    /// Another time that would suit better.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    proposal: Option<ProposalAnswer>,
    /// Up to 1,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    comment: Option<String>,
    /// Who answered in the name of the invited person, if somebody else did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    answered_by: Option<Named>,
}

/// Somebody invited for whom the person who asks may answer: that person, or a principal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnAnswer {
    pub(super) person: Named,
    /// What holds for the date shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) reply: Option<ReplyAnswer>,
    /// What was said to the whole series.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) to_series: Option<ReplyAnswer>,
}

/// A time that an invited person proposes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposalAnswer {
    start: Instant,
    end: Instant,
}

/// Comes, does not come, perhaps.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AnswerName {
    /// Comes.
    Accepted,
    /// Does not come.
    Declined,
    /// Perhaps.
    Tentative,
}

impl From<AnswerName> for Answer {
    fn from(name: AnswerName) -> Self {
        match name {
            AnswerName::Accepted => Self::Accepted,
            AnswerName::Declined => Self::Declined,
            AnswerName::Tentative => Self::Tentative,
        }
    }
}

impl ReplyAnswer {
    /// None while nothing was said since the last change.
    pub(super) fn of(reply: &Reply, named: impl Fn(PersonId) -> Named) -> Option<Self> {
        if reply.answer.is_none() && reply.proposal.is_none() {
            return None;
        }
        Some(Self {
            answer: reply.answer.map(|answer| match answer {
                Answer::Accepted => AnswerName::Accepted,
                Answer::Declined => AnswerName::Declined,
                Answer::Tentative => AnswerName::Tentative,
            }),
            answered_at: Instant(reply.stamped_at),
            proposal: reply
                .proposal
                .map(|times| ProposalAnswer { start: Instant(times.start), end: Instant(times.end) }),
            comment: reply.comment.as_ref().map(|comment| comment.expose().clone()),
            answered_by: reply.answered_by.map(named),
        })
    }
}
