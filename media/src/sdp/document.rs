use crate::mid::Mid;

/// A description cut into its session part and its sections, line by line.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) session: Vec<String>,
    pub(super) sections: Vec<Section>,
}

/// The lines of one section, the `m=` line first.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) lines: Vec<String>,
}

impl Document {
    pub(super) fn read(text: &str) -> Self {
        let mut document = Self { session: Vec::new(), sections: Vec::new() };
        for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
            if line.starts_with("m=") {
                document.sections.push(Section { lines: vec![line.to_owned()] });
            } else if let Some(section) = document.sections.last_mut() {
                section.lines.push(line.to_owned());
            } else {
                document.session.push(line.to_owned());
            }
        }
        document
    }

    pub(super) fn write(&self) -> String {
        let mut text = String::new();
        for line in self.session.iter().chain(self.sections.iter().flat_map(|section| &section.lines)) {
            text.push_str(line);
            text.push_str("\r\n");
        }
        text
    }

    /// The sections that share the one transport.
    pub(super) fn bundled(&self) -> Vec<&str> {
        self.session
            .iter()
            .filter_map(|line| line.strip_prefix("a=group:BUNDLE"))
            .flat_map(str::split_whitespace)
            .collect()
    }
}

impl Section {
    /// The value of `a=name:value`, the first one.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// Every value of `a=name:value`.
    pub(super) fn values<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        self.lines.iter().filter_map(move |line| line.strip_prefix("a=")?.strip_prefix(name)?.strip_prefix(':'))
    }

    pub(super) fn mid(&self) -> Option<Mid> {
        Mid::new(self.value("mid")?.trim())
    }

    /// `audio`, `video`, `application`.
    pub(super) fn media(&self) -> &str {
        self.lines[0].trim_start_matches("m=").split_whitespace().next().unwrap_or("")
    }

    pub(super) fn port(&self) -> &str {
        self.lines[0].split_whitespace().nth(1).unwrap_or("")
    }

    /// The codec name of a payload type, lower case.
    pub(super) fn codec(&self, payload_type: &str) -> Option<String> {
        self.values("rtpmap").find_map(|value| {
            let (number, rest) = value.split_once(' ')?;
            (number == payload_type).then(|| rest.split('/').next().unwrap_or("").to_ascii_lowercase())
        })
    }

    /// The codec name as it is written, `VP8`.
    pub(super) fn codec_as_written(&self, payload_type: &str) -> Option<&str> {
        self.values("rtpmap").find_map(|value| {
            let (number, rest) = value.split_once(' ')?;
            (number == payload_type).then(|| rest.split('/').next().unwrap_or(""))
        })
    }

    /// The payload type a resend format (`apt=`) stands for.
    pub(super) fn resends(&self, payload_type: &str) -> Option<&str> {
        self.values("fmtp").find_map(|value| {
            let (number, rest) = value.split_once(' ')?;
            let apt = rest.split(';').find_map(|part| part.trim().strip_prefix("apt="))?;
            (number == payload_type).then_some(apt)
        })
    }
}
