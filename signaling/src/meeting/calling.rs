//! A program outside calls a participant and waits for what it answers (RPC).

use std::collections::BTreeMap;

use bytes::Bytes;
use domain::Identity;
use jiff::{SignedDuration, Timestamp};
use media::{Channel, PeerId};
use protocol::data::{Call, Returned, call, returned};

use super::{Effect, Meeting, OrderRefused, Reply};

/// How long a participant may take to answer, unless told; milliseconds.
const ANSWER_MS: u32 = 10_000;
/// And at most.
pub const LONGEST_ANSWER_MS: u32 = 60_000;
/// Calls that wait at the same time, in one meeting.
const OPEN_CALLS: usize = 100;

/// The calls that wait for an answer, by number.
#[derive(Default)]
pub struct Calls {
    open: BTreeMap<u64, Waiting>,
    last: u64,
}

struct Waiting {
    callee: PeerId,
    until: Timestamp,
}

impl Meeting {
    /// Calls; [`Effect::Return`] follows once, whatever happens.
    pub(super) fn call(
        &mut self,
        identity: &Identity,
        method: String,
        payload: String,
        answer_ms: u32,
        effects: &mut Vec<Effect>,
    ) -> Result<Reply, OrderRefused> {
        let callee = self.find_own(identity)?;
        if self.calls.open.len() >= OPEN_CALLS {
            return Err(OrderRefused::TooManyCalls);
        }
        let answer_ms = if answer_ms == 0 { ANSWER_MS } else { answer_ms.min(LONGEST_ANSWER_MS) };
        let number = self.calls.last + 1;
        let request = Call { id: number.to_string(), method, payload, answer_ms, to: identity.to_string() };
        let payload: Bytes = call(request).ok_or(OrderRefused::NotSendable)?.into();
        self.calls.last = number;
        let until = self.now + SignedDuration::from_millis(i64::from(answer_ms));
        self.calls.open.insert(number, Waiting { callee, until });
        effects.extend(Effect::say(vec![callee], Channel::Reliable, payload));
        Ok(Reply::Calling(number))
    }

    /// Whether a message was the answer to a call. Only whoever was called can answer.
    pub(super) fn hear_returned(&mut self, peer: PeerId, payload: &[u8], effects: &mut Vec<Effect>) -> bool {
        if self.calls.open.is_empty() {
            return false;
        }
        let Some((id, what)) = returned(payload) else { return false };
        let Ok(number) = id.parse() else { return false };
        if self.calls.open.get(&number).is_none_or(|waiting| waiting.callee != peer) {
            return false;
        }
        let outcome = match what {
            // It was heard; the answer comes later.
            Returned::Heard => return true,
            Returned::Answer(payload) => Ok(Reply::Returned(payload)),
            Returned::Failed(error) => Ok(Reply::Failed(Box::new(error))),
        };
        self.calls.open.remove(&number);
        effects.push(Effect::Return { call: number, outcome });
        true
    }

    /// Gives up on who is gone or takes too long.
    pub(super) fn give_up_calls(&mut self, effects: &mut Vec<Effect>) {
        let (people, now) = (&self.people, self.now);
        self.calls.open.retain(|number, waiting| {
            let refused = if !people.contains_key(&waiting.callee) {
                OrderRefused::NoSuchParticipant
            } else if waiting.until <= now {
                OrderRefused::NoAnswer
            } else {
                return true;
            };
            effects.push(Effect::Return { call: *number, outcome: Err(refused) });
            false
        });
    }
}
