use quick_xml::escape::escape;

use super::{CALDAV, CALENDAR_SERVER, DAV, OWN};

/// Prefixes of the names that are written.
pub(crate) const PREFIXES: [(&str, &str); 4] = [("d", DAV), ("c", CALDAV), ("s", CALENDAR_SERVER), ("r", OWN)];

/// A document that grows; names carry one of [`PREFIXES`].
pub(crate) struct Xml {
    text: String,
    root: &'static str,
}

impl Xml {
    pub(crate) fn new(root: &'static str) -> Self {
        let mut text = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<{root}");
        for (prefix, namespace) in PREFIXES {
            text.push_str(&format!(" xmlns:{prefix}=\"{namespace}\""));
        }
        text.push('>');
        Self { text, root }
    }

    /// A piece for another document.
    pub(crate) fn fragment() -> Self {
        Self { text: String::new(), root: "" }
    }

    /// Does it hold nothing?
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Puts a [`Self::fragment`] here.
    pub(crate) fn put(&mut self, fragment: Self) {
        self.text.push_str(&fragment.text);
    }

    pub(crate) fn empty(&mut self, name: &str) {
        self.text.push_str(&format!("<{name}/>"));
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.text.push_str(&format!("<{name}>{}</{name}>", escape(printable(value))));
    }

    /// An element that holds others.
    pub(crate) fn within(&mut self, name: &str, inner: impl FnOnce(&mut Self)) {
        self.text.push_str(&format!("<{name}>"));
        inner(self);
        self.text.push_str(&format!("</{name}>"));
    }

    /// An element with nothing but attributes.
    pub(crate) fn with(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.text.push_str(&format!("<{name}"));
        for (attribute, value) in attributes {
            self.text.push_str(&format!(" {attribute}=\"{}\"", escape(*value)));
        }
        self.text.push_str("/>");
    }

    /// An empty element whose name somebody else chose.
    pub(crate) fn stranger(&mut self, namespace: &str, name: &str) {
        match PREFIXES.iter().find(|(_, known)| *known == namespace) {
            Some((prefix, _)) => self.empty(&format!("{prefix}:{name}")),
            None if namespace.is_empty() => self.text.push_str(&format!("<{name} xmlns=\"\"/>")),
            None => self.text.push_str(&format!("<x:{name} xmlns:x=\"{}\"/>", escape(namespace))),
        }
    }

    pub(crate) fn finish(mut self) -> String {
        self.text.push_str(&format!("</{}>\n", self.root));
        self.text
    }
}

/// XML knows most control characters not even escaped. A carriage return would be read as a line feed.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_typed_becomes_markup() {
        let mut xml = Xml::new("d:error");
        xml.text("r:words", "a<b>&\"c\"\u{1}\r\n");
        xml.stranger("http://x/\"><evil/>", "color");
        let text = xml.finish();
        assert!(text.contains("<r:words>a&lt;b&gt;&amp;&quot;c&quot;\n</r:words>"), "{text}");
        assert!(text.contains("<x:color xmlns:x=\"http://x/&quot;&gt;&lt;evil/&gt;\"/>"), "{text}");
    }
}
