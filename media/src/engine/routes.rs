use std::collections::HashMap;

use crate::load::Load;
use crate::{Burden, EventSink, Limits, MeetingId, PeerId};

/// From this share of a worker's time on, its meetings look for help elsewhere, permille.
const BUSY: u32 = 800;

/// Which worker has what, and who gets the next meeting or peer.
pub(super) struct Routes {
    meetings: HashMap<MeetingId, Place>,
    peers: HashMap<PeerId, (usize, MeetingId)>,
    workers: Vec<Load>,
    /// Peers and meetings by worker: what measuring has not seen yet.
    given: Vec<u32>,
    /// Peers of one meeting a worker takes before another one helps.
    span_above: usize,
    /// Who has not needed a connection yet.
    reserved: HashMap<PeerId, Reserved>,
}

/// A peer without a connection: many are inside for a while before they offer, and a connection
/// costs a thousand times what is here.
pub(super) struct Reserved {
    pub(super) meeting: MeetingId,
    /// The last that was said of its limits.
    pub(super) limits: Option<Limits>,
}

/// Where a meeting runs.
struct Place {
    sink: EventSink,
    /// Workers with the number of its peers there; the first is its home.
    workers: Vec<(usize, usize)>,
}

/// What a new peer means for the workers.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Placed {
    /// The worker has the meeting already.
    At(usize),
    /// The meeting spreads to one more worker: the first is new, the others had it before.
    Spread { to: usize, home: usize, before: Vec<usize> },
}

/// A meeting of which somebody in another one receives something.
pub(super) struct Loan {
    pub(super) lender: MeetingId,
    /// The lender is on the receiver's worker, or comes there.
    pub(super) placed: Placed,
    pub(super) sink: EventSink,
}

impl Routes {
    pub(super) fn new(workers: Vec<Load>, span_above: usize) -> Self {
        let given = vec![0; workers.len()];
        let (meetings, peers, reserved) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { meetings, peers, workers, given, span_above: span_above.max(1), reserved }
    }

    /// Notes a peer; it gets its connection with the first command that needs one.
    pub(super) fn reserve(&mut self, meeting: MeetingId, peer: PeerId) {
        if self.meetings.contains_key(&meeting) {
            self.reserved.insert(peer, Reserved { meeting, limits: None });
        }
    }

    /// Keeps limits until there is a connection; `false` if there is one.
    pub(super) fn keep_limits(&mut self, peer: PeerId, limits: Limits) -> bool {
        let Some(reserved) = self.reserved.get_mut(&peer) else { return false };
        reserved.limits = Some(limits);
        true
    }

    /// The peer needs its connection now, or will never get one.
    pub(super) fn take_reserved(&mut self, peer: PeerId) -> Option<Reserved> {
        self.reserved.remove(&peer)
    }

    /// Where the events of a meeting go.
    pub(super) fn sink(&self, meeting: MeetingId) -> Option<EventSink> {
        self.meetings.get(&meeting).map(|place| place.sink.clone())
    }

    /// Chooses the home of a meeting.
    pub(super) fn open(&mut self, meeting: MeetingId, sink: EventSink) -> usize {
        let home = self.least_loaded(|_| true).unwrap_or(0);
        self.given[home] += 1;
        self.meetings.insert(meeting, Place { sink, workers: vec![(home, 0)] });
        home
    }

    /// Chooses the worker of a new peer; `None` if there is no such meeting.
    pub(super) fn place(&mut self, meeting: MeetingId, peer: PeerId) -> Option<(Placed, EventSink)> {
        let place = self.meetings.get(&meeting)?;
        let is_full = |worker: usize| self.workers[worker].burden() == Burden::Full;
        let (fewest, peers) = place.workers.iter().copied().min_by_key(|(worker, peers)| (is_full(*worker), *peers))?;
        let has_room = |worker: usize, peers: usize| {
            peers < self.span_above && self.workers[worker].busy() < BUSY && !is_full(worker)
        };
        let roomy = place.workers.iter().find(|(worker, peers)| has_room(*worker, *peers)).map(|(worker, _)| *worker);
        let helper = || {
            let is_new = |worker: usize| place.workers.iter().all(|(known, _)| *known != worker);
            let helper = self.least_loaded(is_new)?;
            // Somebody as busy is no help, unless the meeting itself is what is big.
            let [load, here] = [&self.workers[helper], &self.workers[fewest]];
            let helps =
                peers >= self.span_above || load.busy() * 2 < here.busy() || (is_full(fewest) && !is_full(helper));
            helps.then_some(helper)
        };
        let (worker, is_new) = match (roomy, roomy.is_none().then(helper).flatten()) {
            (Some(worker), _) => (worker, false),
            (None, Some(helper)) => (helper, true),
            (None, None) => (fewest, false),
        };
        let place = self.meetings.get_mut(&meeting)?;
        let sink = place.sink.clone();
        let before: Vec<usize> = place.workers.iter().map(|(worker, _)| *worker).collect();
        match place.workers.iter_mut().find(|(known, _)| *known == worker) {
            Some((_, peers)) => *peers += 1,
            None => place.workers.push((worker, 1)),
        }
        self.given[worker] += 1;
        self.peers.insert(peer, (worker, meeting));
        let placed = if is_new { Placed::Spread { to: worker, home: before[0], before } } else { Placed::At(worker) };
        Some((placed, sink))
    }

    /// The meeting a publisher is in, if the receiver is in another one: it is on the receiver's
    /// worker from now on, as if it had grown until there.
    pub(super) fn lend(&mut self, receiver: PeerId, publisher: PeerId) -> Option<Loan> {
        let (worker, borrower) = *self.peers.get(&receiver)?;
        let (_, lender) = *self.peers.get(&publisher)?;
        if lender == borrower {
            return None;
        }
        let place = self.meetings.get_mut(&lender)?;
        let before: Vec<usize> = place.workers.iter().map(|(worker, _)| *worker).collect();
        let placed = if before.contains(&worker) {
            Placed::At(worker)
        } else {
            place.workers.push((worker, 0));
            Placed::Spread { to: worker, home: before[0], before }
        };
        Some(Loan { lender, placed, sink: place.sink.clone() })
    }

    /// Ends a meeting; the workers that had it.
    pub(super) fn close(&mut self, meeting: MeetingId) -> Vec<usize> {
        let Some(place) = self.meetings.remove(&meeting) else { return Vec::new() };
        self.peers.retain(|_, (_, of)| *of != meeting);
        self.reserved.retain(|_, reserved| reserved.meeting != meeting);
        for (at, (worker, peers)) in place.workers.iter().enumerate() {
            let meetings = u32::from(at == 0);
            self.given[*worker] -= u32::try_from(*peers).unwrap_or(u32::MAX).saturating_add(meetings);
        }
        place.workers.into_iter().map(|(worker, _)| worker).collect()
    }

    /// Ends a peer; the worker that had it.
    pub(super) fn leave(&mut self, peer: PeerId) -> Option<usize> {
        let (worker, meeting) = self.peers.remove(&peer)?;
        self.given[worker] -= 1;
        let place = self.meetings.get_mut(&meeting)?;
        if let Some((_, peers)) = place.workers.iter_mut().find(|(known, _)| *known == worker) {
            *peers -= 1;
        }
        Some(worker)
    }

    /// Those of them who have no connection yet.
    pub(super) fn reserved_of(&self, peers: &[PeerId]) -> Vec<PeerId> {
        if self.reserved.is_empty() {
            return Vec::new();
        }
        peers.iter().copied().filter(|peer| self.reserved.contains_key(peer)).collect()
    }

    /// Who of them is on which worker; who is gone is on none.
    pub(super) fn by_worker(&self, peers: Vec<PeerId>) -> Vec<(usize, Vec<PeerId>)> {
        let mut found: Vec<(usize, Vec<PeerId>)> = Vec::new();
        for peer in peers {
            let Some(worker) = self.worker_of(peer) else { continue };
            match found.iter_mut().find(|(known, _)| *known == worker) {
                Some((_, there)) => there.push(peer),
                None => found.push((worker, vec![peer])),
            }
        }
        found
    }

    pub(super) fn worker_of(&self, peer: PeerId) -> Option<usize> {
        self.peers.get(&peer).map(|(worker, _)| *worker)
    }

    /// Busyness in percent and what was given to a worker count alike: the first lags behind, the
    /// second knows nothing of how much somebody sends.
    fn least_loaded(&self, may: impl Fn(usize) -> bool) -> Option<usize> {
        (0..self.workers.len()).filter(|worker| may(*worker)).min_by_key(|worker| {
            let load = &self.workers[*worker];
            (load.burden() == Burden::Full, load.busy() / 10 + self.given[*worker])
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn routes(workers: usize) -> Routes {
        Routes::new((0..workers).map(|_| Load::default()).collect(), 3)
    }

    fn open(routes: &mut Routes, meeting: u64) -> usize {
        routes.open(MeetingId(meeting), Arc::new(|_| {}))
    }

    fn place(routes: &mut Routes, peer: u64) -> Option<Placed> {
        routes.place(MeetingId(1), PeerId(peer)).map(|(placed, _)| placed)
    }

    #[test]
    fn meetings_spread_over_the_workers_and_free_ones_are_used_again() {
        let mut routes = routes(3);
        let homes: Vec<usize> = (0..6).map(|meeting| open(&mut routes, meeting)).collect();
        assert_eq!(homes, [0, 1, 2, 0, 1, 2]);
        routes.close(MeetingId(1));
        assert_eq!(open(&mut routes, 7), 1);
    }

    #[test]
    fn a_peer_without_a_connection_burdens_no_worker_and_keeps_its_last_limits() {
        let mut routes = routes(1);
        open(&mut routes, 1);
        routes.reserve(MeetingId(1), PeerId(7));
        let given = routes.given.clone();
        let limits = |bps| Limits { download_bps: Some(bps), ..Limits::default() };
        assert!(routes.keep_limits(PeerId(7), limits(1)) && routes.keep_limits(PeerId(7), limits(2)));
        assert_eq!((routes.worker_of(PeerId(7)), &routes.given), (None, &given));
        assert_eq!(routes.take_reserved(PeerId(7)).and_then(|reserved| reserved.limits), Some(limits(2)));
        // From now on it has one, and limits go to it.
        assert!(!routes.keep_limits(PeerId(7), limits(3)) && routes.take_reserved(PeerId(7)).is_none());
    }

    #[test]
    fn peers_without_a_connection_end_with_their_meeting() {
        let mut routes = routes(1);
        open(&mut routes, 1);
        routes.reserve(MeetingId(1), PeerId(7));
        routes.reserve(MeetingId(2), PeerId(8));
        routes.close(MeetingId(1));
        assert!(routes.take_reserved(PeerId(7)).is_none());
        assert!(routes.take_reserved(PeerId(8)).is_none(), "there is no such meeting");
    }

    #[test]
    fn a_busy_worker_gets_no_new_meeting() {
        let mut routes = routes(2);
        routes.workers[0].tell(500, 0);
        assert_eq!(open(&mut routes, 1), 1);
    }

    #[test]
    fn a_small_meeting_stays_at_home_and_a_big_one_takes_all_workers_evenly() {
        let mut routes = routes(2);
        open(&mut routes, 1);
        let placed: Vec<Placed> = (0..8).filter_map(|peer| place(&mut routes, peer)).collect();
        let spread = Placed::Spread { to: 1, home: 0, before: vec![0] };
        let at = |worker| Placed::At(worker);
        assert_eq!(placed, [at(0), at(0), at(0), spread, at(1), at(1), at(0), at(1)]);
    }

    #[test]
    fn a_meeting_on_a_worker_out_of_breath_gets_help_early() {
        let mut routes = routes(2);
        open(&mut routes, 1);
        assert_eq!(place(&mut routes, 1), Some(Placed::At(0)));
        routes.workers[0].tell(900, 0);
        assert!(matches!(place(&mut routes, 2), Some(Placed::Spread { to: 1, .. })));
        routes.workers[1].tell(900, 0);
        assert!(matches!(place(&mut routes, 3), Some(Placed::At(_))), "nobody can help");
    }

    #[test]
    fn a_meeting_comes_to_the_worker_of_whoever_receives_something_of_it_once() {
        let mut routes = routes(2);
        assert_eq!((open(&mut routes, 1), open(&mut routes, 2)), (0, 1));
        place(&mut routes, 7);
        routes.place(MeetingId(2), PeerId(8));
        let given = routes.given.clone();
        let mut lent = |receiver, publisher| {
            routes.lend(PeerId(receiver), PeerId(publisher)).map(|loan| (loan.lender, loan.placed))
        };
        assert_eq!(lent(7, 7), None, "of one's own meeting nothing is lent");
        assert_eq!(lent(9, 7), None, "who is gone gets nothing");
        let spread = Placed::Spread { to: 1, home: 0, before: vec![0] };
        assert_eq!(lent(8, 7), Some((MeetingId(1), spread)));
        assert_eq!(lent(8, 7), Some((MeetingId(1), Placed::At(1))));
        assert_eq!(routes.given, given, "nobody came");
        assert_eq!(routes.close(MeetingId(1)), [0, 1]);
    }

    #[test]
    fn a_full_worker_gets_nobody_while_another_takes_people() {
        let mut routes = routes(2);
        routes.workers[0].bear(Burden::Full);
        assert_eq!(open(&mut routes, 1), 1, "however little it has");
        assert_eq!(place(&mut routes, 1), Some(Placed::At(1)));
        routes.workers[0].bear(Burden::Calm);
        routes.workers[1].bear(Burden::Full);
        assert!(matches!(place(&mut routes, 2), Some(Placed::Spread { to: 0, .. })));
        routes.workers[0].bear(Burden::Full);
        routes.workers[1].bear(Burden::Shedding);
        assert_eq!(place(&mut routes, 3), Some(Placed::At(1)));
    }

    #[test]
    fn what_left_is_counted_no_more() {
        let mut routes = routes(1);
        open(&mut routes, 1);
        for peer in 0..3 {
            place(&mut routes, peer);
        }
        assert_eq!(routes.leave(PeerId(0)), Some(0));
        assert_eq!(routes.leave(PeerId(0)), None);
        assert_eq!(routes.given, [3]);
        assert_eq!(routes.close(MeetingId(1)), [0]);
        assert_eq!(routes.given, [0]);
        assert_eq!(place(&mut routes, 9), None);
    }
}
