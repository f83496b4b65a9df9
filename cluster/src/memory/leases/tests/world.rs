//! Some nodes, a directory, and the ways between them, in simulated time.

use super::*;
use crate::{RENEW_EVERY, Renewal, Tenure, Vows, Word, sum_up};

const LEASE: Duration = Duration::from_secs(6);
const TICK: Duration = Duration::from_millis(50);
/// A node that was told to wait asks again after this time.
const ASK_AGAIN: Duration = Duration::from_millis(250);
/// Who hears nothing from the directory for so long asks the others as well.
const HEDGE: Duration = Duration::from_millis(400);
/// How long they have to answer.
const COLLEAGUE_PATIENCE: Duration = Duration::from_millis(1200);
/// A directory that hangs is given up after this time, by a colleague sooner.
const HANGING: Duration = Duration::from_millis(1500);
const HANGING_FOR_ANOTHER: Duration = Duration::from_millis(600);
pub const NODES: usize = 3;

/// A question on its way, and the answer on its way back.
struct Question {
    asked_at: Instant,
    reaches_at: Instant,
    answer: Option<(Instant, Answer)>,
    /// The directory is known not to answer.
    in_vain: bool,
    /// The others, once they were asked.
    others: Option<(Instant, Vec<Asked>)>,
}

/// One colleague that was asked.
struct Asked {
    whom: usize,
    reaches_at: Instant,
    /// None arrives once it is lost on the way.
    is_lost: bool,
    word: Option<(Instant, Word)>,
}

enum Answer {
    Claimed(Claim),
    Renewed(Renewal),
    Nothing,
}

pub struct Node {
    pub way: Duration,
    pub paused_until: Instant,
    pub cut_until: Instant,
    dead_until: Instant,
    name: NodeId,
    next_question: Instant,
    question: Option<Question>,
    tenure: Option<(Lease, Tenure)>,
    vows: Vows,
}

pub struct World {
    pub now: Instant,
    pub away_until: Instant,
    pub hangs: bool,
    /// From whom, to whom.
    pub apart_until: [[Instant; NODES]; NODES],
    pub leases: Leases,
    pub nodes: Vec<Node>,
    /// Who acts now, and under which epoch.
    pub acting: Vec<(usize, u64)>,
    last_epoch: u64,
    born: usize,
}

pub fn meeting() -> MeetingName {
    "council".parse().expect("a name")
}

impl World {
    pub fn new() -> Self {
        let now = Instant::now();
        let node = |number: usize| Node {
            name: NodeId(format!("node-{number}")),
            way: Duration::ZERO,
            paused_until: now,
            cut_until: now,
            dead_until: now,
            next_question: now,
            question: None,
            tenure: None,
            vows: Vows::default(),
        };
        Self {
            now,
            away_until: now,
            hangs: false,
            apart_until: [[now; NODES]; NODES],
            leases: Leases::new(SETTLING),
            nodes: (0..NODES).map(node).collect(),
            acting: Vec::new(),
            last_epoch: 0,
            born: NODES,
        }
    }

    pub fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now += TICK;
            (0..NODES).for_each(|node| self.turn(node));
            self.check();
        }
    }

    /// Runs, and this node acts at every instant.
    pub fn always(&mut self, time: Duration, owner: usize) {
        let end = self.now + time;
        while self.now < end {
            self.run(TICK);
            assert_eq!(self.acting.iter().map(|(node, _)| *node).collect::<Vec<_>>(), [owner]);
        }
    }

    /// Nothing of the process is left; the next one has another name.
    pub fn kill(&mut self, number: usize, until: Instant) {
        let node = &mut self.nodes[number];
        (node.question, node.tenure, node.vows) = (None, None, Vows::default());
        (node.dead_until, node.paused_until) = (until, self.now);
        node.name = NodeId(format!("node-{}", self.born));
        self.born += 1;
    }

    fn reaches_directory(&self, node: usize) -> bool {
        self.now >= self.away_until && self.now >= self.nodes[node].cut_until
    }

    /// What happens to a node's questions happens whether it is paused or not; the rest does not.
    fn turn(&mut self, number: usize) {
        let now = self.now;
        if now < self.nodes[number].dead_until {
            return;
        }
        self.directory_hears(number);
        self.colleagues_hear(number);
        if now < self.nodes[number].paused_until {
            return;
        }
        self.nodes[number].hears_directory(now);
        self.nodes[number].asks_colleagues(number, now);
        self.nodes[number].hears_colleagues(now);
        let node = &mut self.nodes[number];
        if node.question.is_none() && node.next_question <= now {
            let reaches_at = now + node.way;
            node.question = Some(Question { asked_at: now, reaches_at, answer: None, in_vain: false, others: None });
        }
    }

    fn directory_hears(&mut self, number: usize) {
        let (now, reaches) = (self.now, self.reaches_directory(number));
        let late = if self.hangs { HANGING } else { Duration::ZERO };
        let node = &mut self.nodes[number];
        let Some(question) = &mut node.question else { return };
        if question.answer.is_some() || question.in_vain || question.reaches_at > now {
            return;
        }
        question.answer = Some(if !reaches {
            (now + node.way.max(late), Answer::Nothing)
        } else {
            let answer = match &node.tenure {
                Some((lease, _)) if self.leases.renew(lease, LEASE, now) => Answer::Renewed(Renewal::Kept),
                Some(_) => Answer::Renewed(Renewal::Lost),
                None => Answer::Claimed(self.leases.claim(&meeting(), &node.name, LEASE, now).0),
            };
            (now + node.way, answer)
        });
    }

    fn colleagues_hear(&mut self, number: usize) {
        let now = self.now;
        let Some((lease, _)) = self.nodes[number].tenure.clone() else { return };
        let way = self.nodes[number].way;
        let others = self.nodes[number].question.as_mut().and_then(|question| question.others.take());
        let Some((began_at, mut others)) = others else { return };
        for asked in &mut others {
            let whom = asked.whom;
            if asked.is_lost || asked.word.is_some() || asked.reaches_at > now {
                continue;
            }
            if now < self.apart_until[number][whom] {
                asked.is_lost = true;
            } else if now < self.nodes[whom].dead_until {
                asked.word = Some((now + way, Word::Gone));
            } else if now >= self.nodes[whom].paused_until {
                let (word, late) = if self.reaches_directory(whom) {
                    let kept = self.leases.renew(&lease, LEASE, now);
                    (if kept { Word::Kept } else { Word::Lost }, Duration::ZERO)
                } else {
                    let late = if self.hangs { HANGING_FOR_ANOTHER } else { Duration::ZERO };
                    (self.nodes[whom].vows.wait(&lease, now), late)
                };
                asked.is_lost = now < self.apart_until[whom][number];
                asked.word = Some((now + way + late, word));
            }
        }
        if let Some(question) = &mut self.nodes[number].question {
            question.others = Some((began_at, others));
        }
    }

    fn check(&mut self) {
        let now = self.now;
        let acting = self.nodes.iter().enumerate().filter(|(_, node)| node.paused_until <= now);
        let acting = acting.filter_map(|(number, node)| {
            let (lease, tenure) = node.tenure.as_ref()?;
            tenure.may_act(now).then_some((number, lease.epoch))
        });
        self.acting = acting.collect();
        assert!(self.acting.len() <= 1, "two owners act: {:?}", self.acting);
        for (_, epoch) in &self.acting {
            assert!(*epoch >= self.last_epoch, "{epoch} acts after {}", self.last_epoch);
            self.last_epoch = *epoch;
        }
    }
}

impl Node {
    fn hears_directory(&mut self, now: Instant) {
        let Some(question) = &mut self.question else { return };
        if question.answer.as_ref().is_none_or(|(at, _)| *at > now) {
            return;
        }
        let asked_at = question.asked_at;
        match question.answer.take().expect("looked at just now").1 {
            Answer::Claimed(claim) => {
                (self.question, self.next_question) = (None, now + ASK_AGAIN);
                if let Claim::Ours(lease) = claim
                    && self.vows.run(&lease, now).is_ok()
                {
                    self.tenure = Some((lease, Tenure::new(asked_at, LEASE)));
                }
            }
            Answer::Renewed(renewal) => self.notes(asked_at, renewal, now),
            Answer::Nothing if self.tenure.is_some() => question.in_vain = true,
            Answer::Nothing => (self.question, self.next_question) = (None, now + ASK_AGAIN),
        }
    }

    fn asks_colleagues(&mut self, own: usize, now: Instant) {
        let Some(question) = &mut self.question else { return };
        let is_due = question.in_vain || now >= question.asked_at + HEDGE;
        if self.tenure.is_some() && question.others.is_none() && is_due {
            let reaches_at = now + self.way;
            let whom = (0..NODES).filter(|whom| *whom != own);
            let asked = whom.map(|whom| Asked { whom, reaches_at, is_lost: false, word: None });
            question.others = Some((now, asked.collect()));
        }
    }

    fn hears_colleagues(&mut self, now: Instant) {
        let Some(question) = &self.question else { return };
        let Some((began_at, others)) = &question.others else { return };
        let heard: Vec<Option<Word>> = others
            .iter()
            .map(|asked| asked.word.filter(|(at, _)| !asked.is_lost && *at <= now).map(|(_, word)| word))
            .collect();
        let decided = heard.iter().flatten().find_map(|word| word.decides());
        let is_over = now >= *began_at + COLLEAGUE_PATIENCE || heard.iter().all(Option::is_some);
        let asked_at = question.asked_at;
        if let Some(renewal) = decided {
            self.notes(asked_at, renewal, now);
        } else if is_over && question.in_vain {
            let words = heard.into_iter().map(|word| word.unwrap_or(Word::Silent));
            self.notes(asked_at, sum_up(words), now);
        }
    }

    fn notes(&mut self, asked_at: Instant, renewal: Renewal, now: Instant) {
        (self.question, self.next_question) = (None, now.max(asked_at + RENEW_EVERY));
        let Some((_, tenure)) = &mut self.tenure else { return };
        tenure.heard(asked_at, renewal);
        if tenure.is_lost() {
            self.tenure = None;
            self.vows.end(&meeting());
        }
    }
}
