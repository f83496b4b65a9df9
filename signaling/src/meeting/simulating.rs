//! Faults that clients ask for to test themselves: only those that concern nobody else.

use jiff::{SignedDuration, Timestamp};
use media::PeerId;
use protocol::livekit::SimulateScenario;
use protocol::livekit::simulate_scenario::Scenario;

use super::{Effect, Farewell, Meeting};

/// How loud somebody speaks who only seems to.
const LEVEL: f32 = 0.9;
/// Nobody seems to speak for longer, seconds.
const LONGEST_SPEECH: i64 = 60;

/// What a client asked for and still holds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Simulation {
    /// The next connection that resumes is cut off.
    pub next_resume: Option<CutOff>,
    /// Until then the client is told that it speaks.
    pub speaks_until: Option<Timestamp>,
    /// No more than this is sent to the client, bit/s.
    pub download_bps: Option<u64>,
}

/// When a connection that resumes is cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CutOff {
    /// The client hears nothing at all.
    BeforeAWord,
    /// It hears that it is welcome and what it has missed.
    AfterTheWelcome,
}

impl Meeting {
    pub(super) fn simulate(&mut self, peer: PeerId, scenario: &SimulateScenario, effects: &mut Vec<Effect>) {
        let now = self.now;
        let Some(person) = self.people.get_mut(&peer) else { return };
        let simulation = &mut person.simulation;
        match scenario.scenario {
            Some(Scenario::ServerLeave(true)) => self.dismiss(peer, Farewell::ShutDown, effects),
            Some(Scenario::LeaveRequestFullReconnect(true)) => self.dismiss(peer, Farewell::OutOfStep, effects),
            // As if this server had never known the client: it cannot resume.
            Some(Scenario::NodeFailure(true)) => self.dismiss(peer, Farewell::Own, effects),
            Some(Scenario::Migration(true)) => self.drop_line(peer, effects),
            Some(Scenario::DisconnectSignalOnResume(true)) => simulation.next_resume = Some(CutOff::AfterTheWelcome),
            Some(Scenario::DisconnectSignalOnResumeNoMessages(true)) => {
                simulation.next_resume = Some(CutOff::BeforeAWord);
            }
            Some(Scenario::SpeakerUpdate(seconds)) if seconds > 0 => {
                let until = now + SignedDuration::from_secs(i64::from(seconds).min(LONGEST_SPEECH));
                simulation.speaks_until = Some(until);
                self.tell_speaker(peer, LEVEL, true, effects);
            }
            Some(Scenario::SubscriberBandwidth(bps)) => {
                simulation.download_bps = u64::try_from(bps).ok().filter(|bps| *bps > 0);
                self.limit(peer, effects);
            }
            // Media goes over UDP and nothing else: there is no other way to switch to.
            _ => {}
        }
    }

    /// Whoever only seemed to speak is silent again.
    pub(super) fn end_simulated_speech(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        let over = |until: &mut Timestamp| *until <= now;
        let silent: Vec<_> = self
            .people
            .values_mut()
            .filter_map(|person| person.simulation.speaks_until.take_if(over).map(|_| person.peer))
            .collect();
        for peer in silent {
            self.tell_speaker(peer, 0.0, false, effects);
        }
    }
}
