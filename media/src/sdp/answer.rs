use super::document::{Document, Section};
use crate::mid::Mid;

/// What an answer must say about one section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AnswerSection {
    pub(crate) mid: Mid,
    /// Stream and track the client shall see here; without it the section names none.
    pub(crate) msid: Option<(String, String)>,
    /// The codec to put first, lower case.
    pub(crate) codec: Option<String>,
}

/// User name and password of the connectivity checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) ufrag: String,
    pub(crate) password: String,
}

impl Credentials {
    /// Others that lead to the same owner: what stands before the `x` stays.
    pub(crate) fn renewed(&self, random: &str, password: String) -> Self {
        let owner = self.ufrag.split('x').next().unwrap_or_default();
        Self { ufrag: format!("{owner}x{random}"), password }
    }
}

/// Completes an answer: names the forwarded tracks, puts the announced codecs first, and gives
/// every section the credentials under which packets find their way to this peer.
pub(crate) fn patch(answer: &str, sections: &[AnswerSection], credentials: &Credentials) -> String {
    let mut document = Document::read(answer);
    set_credentials(&mut document.session, credentials);
    for section in &mut document.sections {
        set_credentials(&mut section.lines, credentials);
        let mid = section.mid();
        let wanted = sections.iter().find(|wanted| Some(wanted.mid) == mid);
        set_msid(section, wanted.and_then(|wanted| wanted.msid.as_ref()));
        if let Some(codec) = wanted.and_then(|wanted| wanted.codec.as_deref()) {
            put_first(section, codec);
        }
    }
    document.write()
}

/// The codec an answer puts first in a section, as its MIME type: `video/VP8`.
pub(crate) fn codec_of(answer: &str, mid: Mid) -> Option<String> {
    let document = Document::read(answer);
    let section = document.sections.iter().find(|section| section.mid() == Some(mid))?;
    let first = section.lines[0].split_whitespace().nth(3)?;
    Some(format!("{}/{}", section.media(), section.codec_as_written(first)?))
}

fn set_credentials(lines: &mut [String], credentials: &Credentials) {
    for line in lines {
        if line.starts_with("a=ice-ufrag:") {
            *line = format!("a=ice-ufrag:{}", credentials.ufrag);
        } else if line.starts_with("a=ice-pwd:") {
            *line = format!("a=ice-pwd:{}", credentials.password);
        } else if line.starts_with("a=candidate:") {
            // A candidate may name an older ufrag, and the browser then drops it.
            let words: Vec<&str> = line.split_whitespace().collect();
            if let Some(at) = words.iter().position(|word| *word == "ufrag") {
                let kept = words.iter().enumerate().filter(|(i, _)| *i != at && *i != at + 1);
                *line = kept.map(|(_, word)| *word).collect::<Vec<_>>().join(" ");
            }
        }
    }
}

fn set_msid(section: &mut Section, msid: Option<&(String, String)>) {
    section.lines.retain(|line| {
        let per_source = line.starts_with("a=ssrc:")
            && line.split_once(' ').is_some_and(|(_, rest)| {
                rest.starts_with("msid:") || rest.starts_with("mslabel:") || rest.starts_with("label:")
            });
        !line.starts_with("a=msid:") && !per_source
    });
    if let Some((stream, track)) = msid {
        let after_mid = section.lines.iter().position(|line| line.starts_with("a=mid:")).unwrap_or(0) + 1;
        section.lines.insert(after_mid, format!("a=msid:{stream} {track}"));
    }
}

fn put_first(section: &mut Section, codec: &str) {
    let words: Vec<String> = section.lines[0].split_whitespace().map(str::to_owned).collect();
    if words.len() < 4 {
        return;
    }
    let (head, formats) = words.split_at(3);
    let is_chosen = |format: &String| {
        let meant = section.resends(format).unwrap_or(format);
        section.codec(meant).as_deref() == Some(codec)
    };
    let (chosen, others): (Vec<&String>, Vec<&String>) = formats.iter().partition(|format| is_chosen(format));
    let line = head.iter().chain(chosen).chain(others).map(String::as_str).collect::<Vec<_>>().join(" ");
    section.lines[0] = line;
}
