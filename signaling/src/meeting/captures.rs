//! Programs that record the meeting or write down what is said: everybody is told while one is
//! inside, also of those who are hidden. Nobody is recorded in secret.

use domain::{Captures, Private};
use protocol::livekit::participant_info::Kind;
use protocol::token::Claims;
use serde_json::{Value, json};

use super::participant::Participant;
use super::{Effect, Meeting};

/// So many programs of each kind are named; the others are inside all the same.
const NAMED: usize = 8;

/// What such programs are called; nobody records where nobody is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captured {
    pub recorded_by: Vec<Private<String>>,
    pub captioned_by: Vec<Private<String>>,
}

impl Captured {
    /// As clients read them; nothing where there are none.
    pub fn shown(&self) -> Option<Value> {
        let words = |names: &[Private<String>]| names.iter().map(|name| name.expose().clone()).collect::<Vec<_>>();
        (*self != Self::default())
            .then(|| json!({ "recorded_by": words(&self.recorded_by), "captioned_by": words(&self.captioned_by) }))
    }
}

/// What a token says by its kind alone counts as the grant of the same meaning.
pub fn read_kind(claims: &mut Claims) {
    let kind = kind(claims);
    claims.video.recorder |= kind == Kind::Egress;
    claims.video.agent |= kind == Kind::Agent;
}

/// What joined, in the words of the wire: as the token says, or as its grants do.
pub fn kind(claims: &Claims) -> Kind {
    match Kind::from_str_name(&claims.kind.to_ascii_uppercase()) {
        Some(kind) if kind != Kind::Standard => kind,
        _ if claims.video.agent => Kind::Agent,
        _ if claims.video.recorder => Kind::Egress,
        _ => Kind::Standard,
    }
}

impl Meeting {
    /// Which programs record and transcribe now.
    pub(super) fn captured(&self) -> Captured {
        let names = |does: fn(Captures) -> bool| {
            self.present().filter(|person| does(person.grants.captures)).map(called).take(NAMED).collect()
        };
        Captured { recorded_by: names(|does| does.recording), captioned_by: names(|does| does.captions) }
    }

    pub(super) fn is_recorded(&self) -> bool {
        self.present().any(|person| person.grants.captures.recording)
    }

    /// Tells everybody if that changed since the last time.
    pub(super) fn tell_captured(&mut self, effects: &mut Vec<Effect>) {
        let captured = self.captured();
        if captured != self.captured {
            self.captured = captured;
            self.tell_room(effects);
        }
    }
}

/// The name others would see, or else the identity: a program is never unnamed.
fn called(program: &Participant) -> Private<String> {
    if program.name.expose().is_empty() { Private::new(program.identity.to_string()) } else { program.name.clone() }
}
