use super::document::Document;
use crate::mid::Mid;
use crate::{Kind, LONGEST_OFFER, MOST_SECTIONS, OfferRefused};

/// What a section of a browser takes at most, rounded up: video with every codec and extension.
const LARGEST_SECTION: usize = 6 * 1024;
const DIRECTIONS: [(&str, Direction); 4] = [
    ("a=sendonly", Direction::SendOnly),
    ("a=recvonly", Direction::RecvOnly),
    ("a=sendrecv", Direction::SendRecv),
    ("a=inactive", Direction::Inactive),
];

/// Which way media goes, seen from whoever wrote the description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    SendOnly,
    RecvOnly,
    SendRecv,
    Inactive,
}

impl Direction {
    fn line(self) -> &'static str {
        DIRECTIONS.iter().find(|(_, direction)| *direction == self).map_or("a=inactive", |(line, _)| line)
    }
}

/// An offer within the limits, read far enough to decide about its sections.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) sections: Vec<OfferedSection>,
    /// How many sections the client may add before its offer grows too big.
    pub(crate) room: usize,
}

/// One audio or video section of an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OfferedSection {
    pub(crate) mid: Mid,
    pub(crate) kind: Kind,
    pub(crate) direction: Direction,
    /// The client's name for the track it sends here.
    pub(crate) cid: Option<String>,
}

impl OfferedSection {
    /// A section in which a client receives.
    pub(crate) fn receiving(mid: Mid, kind: Kind) -> Self {
        Self { mid, kind, direction: Direction::RecvOnly, cid: None }
    }
}

impl Offer {
    /// Reads an offer; refuses what is too big or makes no sense.
    pub(crate) fn read(text: &str) -> Result<Self, OfferRefused> {
        if text.len() > LONGEST_OFFER {
            return Err(OfferRefused::TooLong);
        }
        if text.lines().filter(|line| line.starts_with("m=")).count() > MOST_SECTIONS {
            return Err(OfferRefused::TooManySections);
        }
        let document = Document::read(text);
        if document.sections.is_empty() || !text.starts_with("v=0") {
            return Err(OfferRefused::Malformed);
        }
        let bundled: Vec<String> = document.bundled().into_iter().map(str::to_owned).collect();
        let mut sections: Vec<OfferedSection> = Vec::new();
        let mut seen = Vec::new();
        for section in &document.sections {
            let mid = section.mid().ok_or(OfferRefused::Malformed)?;
            if seen.contains(&mid) {
                return Err(OfferRefused::Malformed);
            }
            seen.push(mid);
            let kind = match section.media() {
                "audio" => Kind::Audio,
                "video" => Kind::Video,
                "application" => continue,
                _ => return Err(OfferRefused::Malformed),
            };
            let rejected = section.port() == "0" && !bundled.iter().any(|name| name == mid.as_str());
            let direction = if rejected {
                Direction::Inactive
            } else {
                section
                    .lines
                    .iter()
                    .find_map(|line| DIRECTIONS.iter().find(|(word, _)| word == line))
                    .map_or(Direction::SendRecv, |(_, direction)| *direction)
            };
            let cid = section.value("msid").and_then(|value| value.split_whitespace().nth(1)).map(str::to_owned);
            sections.push(OfferedSection { mid, kind, direction, cid });
        }
        let room = (MOST_SECTIONS - document.sections.len()).min((LONGEST_OFFER - text.len()) / LARGEST_SECTION);
        Ok(Self { sections, room })
    }

    /// Says what a section shall do, instead of what the client offered. The library always
    /// answers a receiving section by sending; the only way to leave it unused is to offer less.
    pub(crate) fn set_direction(&mut self, mid: Mid, direction: Direction) {
        for section in self.sections.iter_mut().filter(|section| section.mid == mid) {
            section.direction = direction;
        }
    }

    /// The text of the offer with the direction of every section spelled out, as the library
    /// needs it; a section that names none goes both ways (RFC 8866, section 6.7).
    pub(crate) fn spell_out(&self, text: &str) -> String {
        let mut document = Document::read(text);
        for offered in &self.sections {
            for section in document.sections.iter_mut().filter(|section| section.mid() == Some(offered.mid)) {
                if section.lines.iter().all(|line| DIRECTIONS.iter().all(|(word, _)| word != line)) {
                    section.lines.push(offered.direction.line().to_owned());
                }
            }
        }
        document.write()
    }
}

/// The offer of a client that names its layers in words of its own, as one that sends one layer:
/// whoever is not answered with layers sends none (RFC 8853, section 5.3.2).
pub(crate) fn one_layer(text: &str) -> String {
    let names_layers = |line: &String| {
        ["a=simulcast:", "a=rid:", "a=ssrc-group:SIM"].iter().any(|beginning| line.starts_with(beginning))
    };
    let mut document = Document::read(text);
    for section in &mut document.sections {
        section.lines.retain(|line| !names_layers(line));
    }
    document.write()
}
