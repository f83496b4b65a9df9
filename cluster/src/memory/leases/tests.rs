//! Owners that are paused, a directory that goes away, answers that come late: however these meet,
//! two nodes never act for one meeting at the same time, and in the end one does.

use proptest::prelude::*;

use super::*;
use crate::{RENEW_EVERY, Renewal, SETTLING, Tenure};

const LEASE: Duration = Duration::from_secs(6);
const TICK: Duration = Duration::from_millis(50);
/// A node that was told to wait asks again after this time.
const ASK_AGAIN: Duration = Duration::from_millis(250);
const NODES: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    Wait(u64),
    /// The process stops and goes on later; what it asked before is answered meanwhile.
    Pause {
        node: usize,
        ms: u64,
    },
    /// Nobody reaches the directory. Shorter than this, and nobody notices.
    Away {
        ms: u64,
    },
    /// How long questions and answers of a node are on their way from now on.
    Slow {
        node: usize,
        ms: u64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1_u64..8_000).prop_map(Step::Wait),
        3 => (0..NODES, 0_u64..20_000).prop_map(|(node, ms)| Step::Pause { node, ms }),
        1 => (2_500_u64..20_000).prop_map(|ms| Step::Away { ms }),
        1 => (0..NODES, 0_u64..700).prop_map(|(node, ms)| Step::Slow { node, ms }),
    ]
}

/// A question on its way, and the answer on its way back.
struct Question {
    asked_at: Instant,
    reaches_at: Instant,
    answer: Option<(Instant, Answer)>,
}

enum Answer {
    Claimed(Claim),
    Renewed(Renewal),
    Nothing,
}

struct Node {
    name: NodeId,
    way: Duration,
    paused_until: Instant,
    next_question: Instant,
    question: Option<Question>,
    tenure: Option<(Lease, Tenure)>,
}

struct World {
    now: Instant,
    away_until: Instant,
    leases: Leases,
    nodes: Vec<Node>,
    last_epoch: u64,
    acted: usize,
}

fn meeting() -> MeetingName {
    "council".parse().expect("a name")
}

impl World {
    fn new() -> Self {
        let now = Instant::now();
        let node = |number: usize| Node {
            name: NodeId(format!("node-{number}")),
            way: Duration::ZERO,
            paused_until: now,
            next_question: now,
            question: None,
            tenure: None,
        };
        let nodes = (0..NODES).map(node).collect();
        Self { now, away_until: now, leases: Leases::new(SETTLING), nodes, last_epoch: 0, acted: 0 }
    }

    fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now += TICK;
            (0..NODES).for_each(|node| self.turn(node));
            self.check();
        }
    }

    /// What happens to a node's question happens whether it is paused or not; the rest does not.
    fn turn(&mut self, number: usize) {
        let (now, away) = (self.now, self.now < self.away_until);
        let node = &mut self.nodes[number];
        if let Some(question) = &mut node.question
            && question.answer.is_none()
            && question.reaches_at <= now
        {
            let answer = match &node.tenure {
                _ if away => Answer::Nothing,
                Some((lease, _)) if self.leases.renew(lease, LEASE, now) => Answer::Renewed(Renewal::Kept),
                Some(_) => Answer::Renewed(Renewal::Lost),
                None => Answer::Claimed(self.leases.claim(&meeting(), &node.name, LEASE, now).0),
            };
            question.answer = Some((now + node.way, answer));
        }
        if now < node.paused_until {
            return;
        }
        if node.question.as_ref().and_then(|question| question.answer.as_ref()).is_some_and(|(at, _)| *at <= now) {
            let question = node.question.take().expect("looked at just now");
            node.hears(question.asked_at, question.answer.expect("looked at just now").1, now);
        }
        if node.question.is_none() && node.next_question <= now {
            node.question = Some(Question { asked_at: now, reaches_at: now + node.way, answer: None });
        }
    }

    fn check(&mut self) {
        let now = self.now;
        let acting = self.nodes.iter().filter(|node| node.paused_until <= now).filter_map(|node| {
            let (lease, tenure) = node.tenure.as_ref()?;
            tenure.may_act(now).then_some(lease.epoch)
        });
        let acting: Vec<u64> = acting.collect();
        assert!(acting.len() <= 1, "two owners act: epochs {acting:?}");
        for epoch in &acting {
            assert!(*epoch >= self.last_epoch, "{epoch} acts after {}", self.last_epoch);
            self.last_epoch = *epoch;
        }
        self.acted = acting.len();
    }
}

impl Node {
    fn hears(&mut self, asked_at: Instant, answer: Answer, now: Instant) {
        self.next_question = now + ASK_AGAIN;
        match answer {
            Answer::Claimed(Claim::Ours(lease)) => self.tenure = Some((lease, Tenure::new(asked_at, LEASE))),
            Answer::Claimed(_) => {}
            Answer::Renewed(renewal) => self.notes(asked_at, renewal, now),
            Answer::Nothing if self.tenure.is_some() => self.notes(asked_at, Renewal::Unknown, now),
            Answer::Nothing => {}
        }
    }

    fn notes(&mut self, asked_at: Instant, renewal: Renewal, now: Instant) {
        self.next_question = now.max(asked_at + RENEW_EVERY);
        let Some((_, tenure)) = &mut self.tenure else { return };
        tenure.heard(asked_at, renewal);
        if tenure.is_lost() {
            self.tenure = None;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn two_owners_never_act_at_once_and_in_the_end_one_does(steps in proptest::collection::vec(step(), 1..25)) {
        let mut world = World::new();
        for step in steps {
            match step {
                Step::Wait(ms) => world.run(Duration::from_millis(ms)),
                Step::Pause { node, ms } => world.nodes[node].paused_until = world.now + Duration::from_millis(ms),
                Step::Away { ms } => world.away_until = world.now + Duration::from_millis(ms),
                Step::Slow { node, ms } => world.nodes[node].way = Duration::from_millis(ms),
            }
        }
        world.run(Duration::from_secs(60));
        prop_assert_eq!(world.acted, 1);
    }
}

#[test]
fn an_owner_acts_all_the_time_while_the_directory_is_away() {
    let mut world = World::new();
    world.run(Duration::from_secs(10));
    assert_eq!(world.acted, 1);
    world.away_until = world.now + Duration::from_secs(600);
    for _ in 0..6_000 {
        world.run(Duration::from_millis(100));
        assert_eq!(world.acted, 1);
    }
}
