//! The answer to questions about many places (RFC 4918, 13).

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use super::properties::{Name, Shown};
use super::xml::write::Xml;

/// Which properties a program asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Those of [`Shown::names`], and these.
    All(Vec<Name>),
    /// The names only.
    Names,
    /// These.
    These(Vec<Name>),
}

impl Wanted {
    /// Is this one among them?
    pub(super) fn includes(&self, namespace: &str, name: &str) -> bool {
        let (Self::All(list) | Self::These(list)) = self else { return false };
        list.iter().any(|(known, own)| known == namespace && own == name)
    }
}

/// An answer that grows.
pub(super) struct Multistatus(Xml);

impl Multistatus {
    pub(super) fn new() -> Self {
        Self(Xml::new("d:multistatus"))
    }

    /// Tells about one place what is asked for; `calendar` is its text, if that is asked for.
    pub(super) fn tell(&mut self, shown: &Shown<'_>, wanted: &Wanted, calendar: Option<&str>) {
        let (mut found, mut absent) = (Xml::fragment(), Xml::fragment());
        let mut is_absent = false;
        let mut write = |names: &[Name]| {
            for name in names {
                if !shown.write(&mut found, name) {
                    let is_data = calendar.is_some() && name.1 == "calendar-data";
                    if !is_data {
                        is_absent = true;
                        absent.stranger(&name.0, &name.1);
                    }
                }
            }
        };
        match wanted {
            Wanted::All(more) => {
                write(&shown.names());
                write(more);
            }
            Wanted::Names => {}
            Wanted::These(names) => write(names),
        }
        if *wanted == Wanted::Names {
            for (namespace, name) in shown.names() {
                found.stranger(&namespace, &name);
            }
        }
        if let Some(calendar) = calendar {
            found.text("c:calendar-data", calendar);
        }
        let href = shown.place.href();
        let has_found = !found.is_empty();
        self.0.within("d:response", |xml| {
            xml.text("d:href", &href);
            if has_found || !is_absent {
                propstat(xml, found, StatusCode::OK);
            }
            if is_absent {
                propstat(xml, absent, StatusCode::NOT_FOUND);
            }
        });
    }

    /// Says that none of these properties can be set here.
    pub(super) fn refuse(&mut self, href: &str, names: &[Name]) {
        let mut refused = Xml::fragment();
        for (namespace, name) in names {
            refused.stranger(namespace, name);
        }
        self.0.within("d:response", |xml| {
            xml.text("d:href", href);
            propstat(xml, refused, StatusCode::FORBIDDEN);
        });
    }

    /// Says that there is nothing (any more) at this place.
    pub(super) fn gone(&mut self, href: &str) {
        self.0.within("d:response", |xml| {
            xml.text("d:href", href);
            xml.text("d:status", &status(StatusCode::NOT_FOUND));
        });
    }

    /// Names the state that was told.
    pub(super) fn sync_token(&mut self, token: &str) {
        self.0.text("d:sync-token", token);
    }
}

fn propstat(xml: &mut Xml, properties: Xml, code: StatusCode) {
    xml.within("d:propstat", |xml| {
        xml.within("d:prop", |xml| xml.put(properties));
        xml.text("d:status", &status(code));
    });
}

fn status(code: StatusCode) -> String {
    format!("HTTP/1.1 {} {}", code.as_u16(), code.canonical_reason().unwrap_or_default())
}

impl IntoResponse for Multistatus {
    fn into_response(self) -> Response {
        let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/xml; charset=utf-8"))];
        (StatusCode::MULTI_STATUS, kind, self.0.finish()).into_response()
    }
}
