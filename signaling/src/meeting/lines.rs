//! What participants take of the line of their site, and what they may have of it while it is full.

use std::collections::BTreeMap;

use domain::SiteId;
use domain::lines::Reading;
use media::{Limited, PeerId};

use super::moderating::{Notice, notify};
use super::{Effect, Meeting};

/// The line counts as full after so many figures in a row that say so, and as free after so many that do not.
const FULL_AFTER: u8 = 2;
const FREE_AFTER: u8 = 10;

/// What somebody was told about the line of the site: that it holds pictures back, or no longer.
#[derive(Clone, Copy, Debug, Default)]
pub struct LineNews {
    is_told: bool,
    /// How many figures in a row say something else than was told.
    row: u8,
}

impl LineNews {
    /// What is to be told now, if anything.
    fn look(&mut self, is_held: bool) -> Option<Notice> {
        if is_held == self.is_told {
            self.row = 0;
            return None;
        }
        self.row += 1;
        if self.row < if is_held { FULL_AFTER } else { FREE_AFTER } {
            return None;
        }
        *self = Self { is_told: is_held, row: 0 };
        Some(if is_held { Notice::LineFull } else { Notice::LineFree })
    }
}

impl Meeting {
    /// What everybody at a site takes, and what the pictures that are wanted would take.
    pub fn readings(&self) -> Vec<Reading<PeerId>> {
        let at_a_site = self.present().filter_map(|person| Some((person, person.site?)));
        let reading = at_a_site.map(|(person, site)| {
            let figures = &person.stats.download;
            let may_have = figures.limit_bps.unwrap_or(u64::MAX).min(figures.wanted_bps);
            Reading {
                who: person.peer,
                site,
                sound_bps: figures.sound_bps,
                screens_bps: figures.screens_bps.min(may_have.saturating_sub(figures.sound_bps)),
                pictures_bps: may_have.saturating_sub(figures.sound_bps),
                down_bps: person.stats.bitrate_down_bps,
            }
        });
        reading.collect()
    }

    /// Somebody came back from another place.
    pub(super) fn locate(&mut self, peer: PeerId, site: Option<SiteId>) {
        if let Some(person) = self.people.get_mut(&peer) {
            person.site = site;
        }
    }

    /// Holds pictures to what the lines have for them.
    pub(super) fn share_lines(&mut self, shares: &BTreeMap<PeerId, u64>, effects: &mut Vec<Effect>) {
        let mut changed = Vec::new();
        for person in self.people.values_mut() {
            let share_bps = shares.get(&person.peer).copied();
            if person.share_bps != share_bps {
                person.share_bps = share_bps;
                changed.push(person.peer);
            }
        }
        for peer in changed {
            self.limit(peer, effects);
        }
    }

    /// Says why pictures are small or pause, when it is the line of the site, and when that is over.
    pub(super) fn explain_line(&mut self, peer: PeerId, effects: &mut Vec<Effect>) {
        let Some(person) = self.people.get_mut(&peer) else { return };
        if let Some(notice) = person.line_news.look(person.stats.download.limited == Limited::Share) {
            notify(peer, notice, effects);
        }
    }
}
