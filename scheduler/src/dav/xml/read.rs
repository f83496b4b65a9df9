//! A request's XML as a tree. Everything in it is bounded, and what could stand for something else is refused:
//! document types, entities of one's own, processing instructions.

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

/// Deepest nesting.
const DEEPEST: usize = 32;
/// Most elements of a request: a program may ask for thousands of entries by name.
const MOST_ELEMENTS: usize = 20_000;
/// Longest name of an element or a namespace, bytes.
const LONGEST_NAME: usize = 256;

/// An element.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) namespace: String,
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Element>,
    text: String,
}

impl Element {
    /// Is it called that?
    pub(crate) fn is(&self, namespace: &str, name: &str) -> bool {
        self.name == name && self.namespace == namespace
    }

    pub(crate) fn child(&self, namespace: &str, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.is(namespace, name))
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Its own text, without white space around.
    pub(crate) fn text(&self) -> &str {
        self.text.trim()
    }
}

/// Why a body is refused; each says what is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    /// Not well-formed, or of another encoding.
    #[error("The body is no well-formed XML in UTF-8.")]
    Malformed,
    /// A document type declaration.
    #[error("A document type declaration (DOCTYPE) is not accepted.")]
    DocumentType,
    /// An entity that XML does not bring along.
    #[error("Of entities only &amp; &lt; &gt; &quot; &apos; and characters by number are accepted.")]
    Entity,
    /// A processing instruction.
    #[error("Processing instructions are not accepted.")]
    Instruction,
    /// Deeper than [`DEEPEST`].
    #[error("Elements may be nested 32 deep.")]
    TooDeep,
    /// More than [`MOST_ELEMENTS`].
    #[error("A request may have 20,000 elements.")]
    TooMany,
    /// Longer than [`LONGEST_NAME`].
    #[error("A name may have 256 bytes.")]
    LongName,
    /// No element at all.
    #[error("The body holds no element.")]
    Nothing,
}

/// Reads a whole document.
pub(crate) fn read(bytes: &[u8]) -> Result<Element, Unreadable> {
    let text = std::str::from_utf8(bytes).map_err(|_| Unreadable::Malformed)?;
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let mut elements = 0_usize;
    loop {
        let (namespace, event) = reader.read_resolved_event().map_err(|_| Unreadable::Malformed)?;
        match event {
            Event::Start(start) => {
                elements += 1;
                if elements > MOST_ELEMENTS {
                    return Err(Unreadable::TooMany);
                }
                if open.len() >= DEEPEST {
                    return Err(Unreadable::TooDeep);
                }
                if root.is_some() && open.is_empty() {
                    return Err(Unreadable::Malformed);
                }
                let namespace = match namespace {
                    ResolveResult::Bound(Namespace(name)) => name,
                    ResolveResult::Unbound => "",
                    ResolveResult::Unknown(_) => return Err(Unreadable::Malformed),
                };
                let mut attributes = Vec::new();
                for attribute in start.attributes() {
                    let attribute = attribute.map_err(|_| Unreadable::Malformed)?;
                    let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
                    let value = value.map_err(|_| Unreadable::Entity)?.into_owned();
                    attributes.push((name(attribute.key.local_name().as_ref())?, value));
                }
                open.push(Element {
                    namespace: name(namespace)?,
                    name: name(start.local_name().as_ref())?,
                    attributes,
                    ..Element::default()
                });
            }
            Event::End(_) => {
                let done = open.pop().ok_or(Unreadable::Malformed)?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => root = Some(done),
                }
            }
            Event::Text(said) => {
                say(&mut open, &said.xml10_content())?;
            }
            Event::CData(said) => {
                say(&mut open, &said.xml10_content())?;
            }
            Event::GeneralRef(reference) => {
                let character = match reference.resolve_char_ref().map_err(|_| Unreadable::Entity)? {
                    Some(character) => character.to_string(),
                    None => resolve_xml_entity(&reference.xml10_content()).ok_or(Unreadable::Entity)?.to_owned(),
                };
                say(&mut open, &character)?;
            }
            Event::DocType(_) => return Err(Unreadable::DocumentType),
            Event::PI(_) => return Err(Unreadable::Instruction),
            Event::Decl(_) | Event::Comment(_) => {}
            Event::Empty(_) => return Err(Unreadable::Malformed),
            Event::Eof => break,
        }
    }
    if !open.is_empty() {
        return Err(Unreadable::Malformed);
    }
    root.ok_or(Unreadable::Nothing)
}

/// Text outside of everything may only be white space.
fn say(open: &mut [Element], text: &str) -> Result<(), Unreadable> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim_start_matches('\u{feff}').trim().is_empty() => {}
        None => return Err(Unreadable::Malformed),
    }
    Ok(())
}

fn name(name: &str) -> Result<String, Unreadable> {
    if name.len() > LONGEST_NAME { Err(Unreadable::LongName) } else { Ok(name.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_knows_names_attributes_and_text() {
        let text = r#"<?xml version="1.0"?><!-- x --><A:propfind xmlns:A="DAV:" xmlns="urn:x">
            <A:prop><color of="a&amp;b"/><A:href> /a&#x20;&lt;<![CDATA[b]]> </A:href></A:prop></A:propfind>"#;
        let root = read(text.as_bytes()).expect("well-formed");
        assert!(root.is("DAV:", "propfind"));
        let prop = root.child("DAV:", "prop").expect("it is there");
        assert_eq!(prop.child("urn:x", "color").and_then(|color| color.attribute("of")), Some("a&b"));
        assert_eq!(prop.child("DAV:", "href").map(Element::text), Some("/a <b"));
    }

    #[test]
    fn what_could_stand_for_something_else_is_refused_by_name() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>";
        let cases = [
            (bomb.to_owned(), Unreadable::DocumentType),
            ("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>".to_owned(), Unreadable::DocumentType),
            ("<a>&c;</a>".to_owned(), Unreadable::Entity),
            ("<a b=\"&c;\"/>".to_owned(), Unreadable::Entity),
            ("<a><?php x?></a>".to_owned(), Unreadable::Instruction),
            (format!("{}{}", "<a>".repeat(33), "</a>".repeat(33)), Unreadable::TooDeep),
            ("<a>".repeat(100_000), Unreadable::TooDeep),
            (format!("<a>{}</a>", "<b/>".repeat(20_000)), Unreadable::TooMany),
            (format!("<{}/>", "a".repeat(257)), Unreadable::LongName),
            ("<a".to_owned(), Unreadable::Malformed),
            ("<a></b>".to_owned(), Unreadable::Malformed),
            ("<a/><a/>".to_owned(), Unreadable::Malformed),
            ("<x:a/>".to_owned(), Unreadable::Malformed),
            ("<a/>b".to_owned(), Unreadable::Malformed),
            ("<a b=\"1\" b=\"2\"/>".to_owned(), Unreadable::Malformed),
            (String::new(), Unreadable::Nothing),
        ];
        for (text, why) in cases {
            let shown: String = text.chars().take(60).collect();
            assert_eq!(read(text.as_bytes()), Err(why), "{shown}");
        }
        assert_eq!(read(b"<a>\xff</a>"), Err(Unreadable::Malformed));
        let deep = format!("{}{}", "<a>".repeat(32), "</a>".repeat(32));
        assert!(read(deep.as_bytes()).is_ok());
    }
}
