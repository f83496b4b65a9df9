use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::Worker;
use crate::bandwidth::{Allocator, Budget, Desire, Grant, Limited, Resting, Rung};
use crate::router::Offered;
use crate::{Burden, Event, Limits, MeetingId, PeerId, TrackSid};

/// Budgets are divided anew at least this often: what pictures take changes all the time.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Who is sent pictures and reports nothing about them for so long does not take part in the
/// estimation.
const FEEDBACK_PATIENCE: Duration = Duration::from_secs(5);
/// Who spoke so recently still ranks as speaking: faces must not come and go with every sentence.
const RANK_HOLD: Duration = Duration::from_secs(10);
/// Asking for this much more than everything takes leaves room for what begins to move.
const DESIRED_PERCENT: u64 = 120;
/// With an estimate of this much of what is sent, and nothing held back, a line has room for
/// bursts. Much more is never found out, because nobody looks for it.
const ROOMY_PERCENT: u64 = 110;
/// Smaller changes of what is desired are not worth a word.
const DESIRED_CHANGE_PERCENT: u64 = 5;

/// The way to one receiver: what it carries and what is sent on it.
#[derive(Debug, Default)]
pub(super) struct Line {
    allocator: Allocator,
    /// As the connection reports it.
    pub(super) estimate_bps: Option<u64>,
    /// The client has reported on what it was sent.
    has_feedback: bool,
    unanswered_since: Option<Instant>,
    pub(super) limits: Limits,
    pub(super) given: HashMap<TrackSid, Given>,
    pub(super) sound_bps: u64,
    pub(super) screens_bps: u64,
    pub(super) wanted_bps: u64,
    pub(super) granted_bps: u64,
    desired: Desire,
    resting: Resting,
    look_at: Option<Instant>,
    /// Pictures leave evenly.
    is_paced: bool,
    /// Pictures are wanted.
    pub(super) has_pictures: bool,
}

/// What one picture gets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given {
    pub(super) grant: Grant,
    /// The client was told that it pauses.
    is_paused: bool,
}

impl Line {
    /// What is known of the line.
    pub(super) fn trusted_bps(&self, now: Instant) -> Option<u64> {
        let unheard =
            self.unanswered_since.is_some_and(|since| now.saturating_duration_since(since) > FEEDBACK_PATIENCE);
        let counts = self.has_feedback || !unheard;
        self.estimate_bps.filter(|_| counts).map(|estimate_bps| self.resting.worth(estimate_bps, now))
    }

    /// Whether what is sent comes near to what the line carries: then it must leave evenly. On a
    /// line with room a picture leaves in one go, which is several times cheaper.
    fn is_tight(&self, now: Instant) -> bool {
        self.trusted_bps(now)
            .is_some_and(|bps| bps * 100 < self.granted_bps * ROOMY_PERCENT || self.granted_bps < self.wanted_bps)
    }

    /// The worst reason why something is held back.
    pub(super) fn limited(&self) -> Limited {
        let reasons = || self.given.values().map(|given| given.grant.limited);
        [Limited::Overload, Limited::Limit, Limited::Share, Limited::Estimate, Limited::Wish]
            .into_iter()
            .find(|reason| reasons().any(|given| given == *reason))
            .unwrap_or(Limited::No)
    }

    pub(super) fn paused(&self) -> usize {
        self.given.values().filter(|given| given.is_paused).count()
    }

    /// Notes whether pictures are wanted and sent. What the estimation shall begin with anew, when
    /// pictures are wanted after a rest that spoiled it.
    fn look_at_rest(&mut self, rests: bool, now: Instant) -> Option<u64> {
        if rests {
            self.resting.rest(now);
            return None;
        }
        let estimate_bps = self.estimate_bps?;
        let anew = self.resting.wake(estimate_bps, now);
        if self.given.values().any(|given| !given.is_paused) {
            self.resting.back(estimate_bps, now);
        }
        anew
    }

    pub(super) fn forget(&mut self, track: &TrackSid) {
        self.given.remove(track);
    }
}

impl Worker {
    pub(super) fn estimated(&mut self, peer: PeerId, estimate_bps: Option<u64>) {
        let Some(member) = self.members.get_mut(&peer) else { return };
        member.line.estimate_bps = estimate_bps;
        self.unsettled.insert(peer);
    }

    pub(super) fn limit(&mut self, peer: PeerId, limits: Limits) {
        let Some(member) = self.members.get_mut(&peer) else { return };
        member.line.limits = limits;
        self.unsettled.insert(peer);
    }

    /// The client reports on what it is sent, so its estimate means something.
    pub(super) fn heard_feedback(&mut self, peer: PeerId, has_feedback: bool) {
        let now = self.now;
        let Some(member) = self.members.get_mut(&peer) else { return };
        let line = &mut member.line;
        line.has_feedback |= has_feedback;
        if !line.has_feedback && line.granted_bps > 0 {
            line.unanswered_since.get_or_insert(now);
        }
    }

    /// Asks a client to send no more than it may. The word holds for a while only.
    pub(super) fn remind_of_upload(&mut self, peer: PeerId) {
        let Some(member) = self.members.get(&peer) else { return };
        let Some(limit_bps) = member.line.limits.upload_bps else { return };
        let mids: Vec<_> = member.publishing.keys().copied().collect();
        self.call(peer, |connection| connection.ask_for_at_most(&mids, limit_bps));
        self.mark(peer);
    }

    /// Gives pictures up while there is too much to do, and takes them back when there is room.
    pub(super) fn look_at_load(&mut self) {
        let (load, before) = (&self.plan.load, self.overload.ceiling());
        self.overload.read(load.reading(), self.now);
        let (ceiling, burden) = (self.overload.ceiling(), self.overload.burden());
        if burden != load.burden() {
            tell_burden(self.plan.index, burden);
        }
        load.bear(burden);
        self.meters.load(load, ceiling);
        if ceiling != before {
            self.unsettled.extend(self.members.keys());
        }
    }

    /// Divides budgets where something changed, and everywhere now and then.
    pub(super) fn settle(&mut self) {
        while let Some(peer) = self.unsettled.pop_first() {
            self.divide(peer);
        }
    }

    /// Notes those whose turn has come.
    pub(super) fn look_at_budgets(&mut self) {
        let now = self.now;
        let due = |look_at: Option<Instant>| look_at.is_none_or(|at| at <= now);
        let due = self.members.iter().filter(|(_, member)| member.is_connected && due(member.line.look_at));
        self.unsettled.extend(due.map(|(peer, _)| *peer));
    }

    fn divide(&mut self, peer: PeerId) {
        let now = self.now;
        let Some(member) = self.members.get_mut(&peer) else { return };
        let (mut audio_bps, goes_thrice) = (0, self.redundancy.has(peer));
        let mut offered: Vec<Offered> = Vec::new();
        for sid in member.attached.keys() {
            let Some(track) = self.router.track(sid) else { continue };
            audio_bps += if goes_thrice { track.sound_thrice_bps() } else { track.sound_bps() };
            offered.extend(track.offered(peer, now));
        }
        offered.sort_by(|a, b| a.track.cmp(&b.track));
        let (meetings, own, lenders) = (&self.meetings, &member.meeting, &member.lenders);
        let speaks_in = |peer: PeerId, meeting: &MeetingId| {
            meetings.get(meeting).is_some_and(|meeting| meeting.speakers.has_spoken(peer, now, RANK_HOLD))
        };
        let speaks = |peer: PeerId| speaks_in(peer, own) || lenders.iter().any(|lender| speaks_in(peer, lender));
        let line = &mut member.line;
        let keeps = !line.limits.may_pause;
        let demands: Vec<_> = offered.iter().map(|offered| offered.demand(speaks(offered.publisher), keeps)).collect();
        let anew = line.look_at_rest(demands.is_empty(), now);
        let wants = !demands.is_empty();
        let turned = (line.has_pictures != wants).then_some(wants);
        line.has_pictures = wants;
        let budget =
            Budget::new(line.trusted_bps(now), line.limits.download_bps, audio_bps).within(line.limits.pictures_bps);
        let budget = budget.under(self.overload.ceiling());
        let allocation = line.allocator.divide(budget, &demands, now);

        (line.sound_bps, line.screens_bps) = (audio_bps, allocation.screens_bps);
        (line.wanted_bps, line.granted_bps) = (audio_bps + allocation.wanted_bps, audio_bps + allocation.granted_bps);
        line.look_at = Some(allocation.look_again_at.map_or(now + LOOK_EVERY, |at| at.clamp(now, now + LOOK_EVERY)));
        // What lies beyond a limit is not looked for.
        let share_bps = line.limits.pictures_bps.map_or(u64::MAX, |share| share.saturating_add(audio_bps));
        let ceiling = line.limits.download_bps.unwrap_or(u64::MAX).min(share_bps);
        let is_short = allocation.grants.iter().any(|grant| grant.limited == Limited::Estimate);
        let desired = Desire {
            next_bps: if is_short { (audio_bps + allocation.next_bps).min(ceiling) } else { 0 },
            all_bps: (line.wanted_bps * DESIRED_PERCENT / 100).min(ceiling),
        };
        let has_changed = desired.differs_from(line.desired, DESIRED_CHANGE_PERCENT);
        let desire = has_changed.then_some(desired);
        if has_changed {
            line.desired = desired;
        }
        let is_tight = line.is_tight(now);
        let pace = (line.is_paced != is_tight).then_some(is_tight);
        line.is_paced = is_tight;

        // What is no longer wanted counts no more; what was said to pause must be said to go on.
        line.given.retain(|track, given| given.is_paused || offered.iter().any(|offered| offered.track == *track));
        let mut told = Vec::new();
        for (offered, grant) in offered.iter().zip(allocation.grants) {
            // With all it wants there is no bound: a better step that begins is taken at once.
            let allowed = if grant.limited == Limited::No { Some(Rung::High) } else { grant.rung };
            self.router.allow(&offered.track, peer, allowed, now, &mut self.effects);
            let limited = match grant.limited {
                Limited::No if offered.wanted < offered.best => Limited::Wish,
                limited => limited,
            };
            let is_paused = grant.rung.is_none();
            let before =
                line.given.insert(offered.track.clone(), Given { grant: Grant { limited, ..grant }, is_paused });
            if before.is_some_and(|before| before.is_paused) != is_paused {
                told.push(Event::StreamPaused { peer, track: offered.track.clone(), is_paused });
            }
        }
        if let Some(wants) = turned {
            self.call(peer, |connection| connection.wants_pictures(wants));
        }
        if let Some(bps) = anew {
            self.call(peer, |connection| connection.estimate_anew(bps));
            self.mark(peer);
        }
        if let Some(paced) = pace {
            self.call(peer, |connection| connection.pace(paced));
            self.mark(peer);
        }
        if let Some(desire) = desire {
            self.call(peer, |connection| connection.desire(desire));
            self.mark(peer);
        }
        for event in told {
            self.tell(peer, event);
        }
        self.carry_out(None);
    }
}

fn tell_burden(worker: usize, burden: Burden) {
    match burden {
        Burden::Calm => tracing::info!("Media worker {worker} has room again, pictures are whole"),
        Burden::Shedding => tracing::warn!("Media worker {worker} has too much to do, pictures are held back"),
        Burden::Full => tracing::warn!("Media worker {worker} is full, it takes nobody new"),
    }
}
