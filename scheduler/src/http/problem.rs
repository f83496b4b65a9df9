//! The single translation of what went wrong into `application/problem+json` with a stable code.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use cluster::ClusterError;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::{Map, Value};
use storage::StorageError;
use utoipa::ToSchema;

/// Names the request in answers and in logs.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:ident, $title:literal;)*) => {
        /// Every code the API answers. Stable: the web app translates them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name),*];

            #[cfg(test)]
            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            pub(crate) fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    /// The request cannot be read.
    Malformed = "malformed", BAD_REQUEST, "The request cannot be read";
    /// Nobody is signed in, or the session is over.
    SignInRequired = "sign_in_required", UNAUTHORIZED, "Sign-in required";
    /// Mail address or password is wrong.
    SignInFailed = "sign_in_failed", UNAUTHORIZED, "Sign-in failed";
    /// The person may not do this.
    NotAllowed = "not_allowed", FORBIDDEN, "Not allowed";
    /// The request comes from another site.
    CrossSite = "cross_site", FORBIDDEN, "Request from another site";
    /// Absent, or not to be seen.
    NotFound = "not_found", NOT_FOUND, "Not found";
    /// There is no such operation at this address.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "Method not allowed";
    /// The one-time link was used or is too old.
    LinkUsed = "link_used", GONE, "The link was used already";
    /// The guest's link opens nothing (any more).
    LinkInvalid = "link_invalid", NOT_FOUND, "The link is not valid";
    /// Something of this name exists.
    AlreadyExists = "already_exists", CONFLICT, "Exists already";
    /// The room is held at that time.
    RoomTaken = "room_taken", CONFLICT, "The room is taken";
    /// Somebody is about to book the room.
    RoomHeld = "room_held", CONFLICT, "The room is held for a moment";
    /// Others hold rooms on some dates of the series.
    DatesTaken = "dates_taken", CONFLICT, "Rooms are taken on some dates";
    /// A pool that refuses has not enough left.
    PoolFull = "pool_full", CONFLICT, "The lines have not enough left";
    /// Changed or cancelled dates of a series would be lost.
    ExceptionsLost = "exceptions_lost", CONFLICT, "Changed dates would be lost";
    /// People may be inside already.
    DoorOpen = "door_open", CONFLICT, "The door of the meeting is open";
    /// Somebody changed it in between.
    ChangedMeanwhile = "changed_meanwhile", PRECONDITION_FAILED, "Changed in the meantime";
    /// A change needs `If-Match`.
    IfMatchRequired = "if_match_required", PRECONDITION_REQUIRED, "If-Match required";
    /// More than 256 KiB.
    TooLarge = "too_large", PAYLOAD_TOO_LARGE, "The request is too large";
    /// More than 16 KiB of query.
    QueryTooLong = "query_too_long", URI_TOO_LONG, "The query string is too long";
    /// Bodies are JSON.
    JsonOnly = "json_only", UNSUPPORTED_MEDIA_TYPE, "Only JSON is understood";
    /// A field holds what is not allowed.
    Invalid = "invalid", UNPROCESSABLE_ENTITY, "A field is not valid";
    /// The `Idempotency-Key` was sent with another request.
    KeyReused = "key_reused", UNPROCESSABLE_ENTITY, "The key was used for another request";
    /// The start lies in the past.
    InThePast = "in_the_past", UNPROCESSABLE_ENTITY, "The time is over";
    /// It ends when or before it starts.
    EndBeforeStart = "end_before_start", UNPROCESSABLE_ENTITY, "The end must be after the start";
    /// Longer than a day.
    TooLong = "too_long", UNPROCESSABLE_ENTITY, "The booking is too long";
    /// The time zone is unknown.
    UnknownZone = "unknown_zone", UNPROCESSABLE_ENTITY, "The time zone is unknown";
    /// The clocks are put forward over this time.
    TimeDoesNotExist = "time_does_not_exist", UNPROCESSABLE_ENTITY, "The time does not exist";
    /// More people than the room holds.
    OverCapacity = "over_capacity", UNPROCESSABLE_ENTITY, "More people than the room holds";
    /// The rules of a room do not allow it.
    AgainstRules = "against_rules", UNPROCESSABLE_ENTITY, "The room's rules do not allow it";
    /// A guest must say a name.
    NameRequired = "name_required", UNPROCESSABLE_ENTITY, "A name is required";
    /// The door is not open yet.
    TooEarly = "too_early", FORBIDDEN, "The meeting is not open yet";
    /// The meeting is over.
    Ended = "ended", GONE, "The meeting is over";
    /// The booking was cancelled.
    Cancelled = "cancelled", GONE, "The meeting was cancelled";
    /// Removed for good.
    Removed = "removed", FORBIDDEN, "You were removed from the meeting";
    /// A moderator said no.
    Rejected = "rejected", FORBIDDEN, "You were not let in";
    /// Nobody new may enter.
    Locked = "locked", LOCKED, "The meeting is locked";
    /// As many as fit are inside.
    Full = "full", CONFLICT, "The meeting is full";
    /// Something goes on inside that the person did not agree to.
    ConsentRequired = "consent_required", FORBIDDEN, "Agree first";
    /// No meeting has this PIN.
    PinUnknown = "pin_unknown", NOT_FOUND, "No meeting has this PIN";
    /// Too many failed attempts.
    TooManyAttempts = "too_many_attempts", TOO_MANY_REQUESTS, "Too many attempts";
    /// As many event streams as one person may have are open.
    TooManyStreams = "too_many_streams", TOO_MANY_REQUESTS, "Too many event streams";
    /// A part of the system is away; try again.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "Not available at the moment";
    /// A fault of ours.
    Internal = "internal", INTERNAL_SERVER_ERROR, "Internal error";
}

/// What an operation answers instead of its result.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) code: Code,
    detail: Cow<'static, str>,
    field: Option<Cow<'static, str>>,
    allowed: Option<&'static str>,
    extra: Map<String, Value>,
    /// Others were in the way and nothing was done: the request may be carried out once more.
    pub(crate) is_momentary: bool,
    retry_after_seconds: Option<i64>,
}

/// The body of a problem answer (RFC 9457). Some codes add members of their own.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// Always `about:blank`; `code` tells problems apart.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The code in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What programs compare.
    code: Code,
    /// This very case, in words.
    detail: Cow<'static, str>,
    /// Which field of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<Cow<'static, str>>,
    /// What the field may hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<&'static str>,
    /// To be named when asking for help.
    request_id: String,
    #[serde(flatten)]
    #[schema(value_type = Object, additional_properties)]
    extra: Map<String, Value>,
}

impl Problem {
    pub(crate) fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        let detail = detail.into();
        Self {
            code,
            detail,
            field: None,
            allowed: None,
            extra: Map::new(),
            is_momentary: false,
            retry_after_seconds: None,
        }
    }

    pub(crate) fn sign_in_required() -> Self {
        Self::new(Code::SignInRequired, "Sign in first.")
    }

    pub(crate) fn not_allowed() -> Self {
        Self::new(Code::NotAllowed, "You do not have the right to do this.")
    }

    pub(crate) fn not_found() -> Self {
        Self::new(Code::NotFound, "There is nothing here that you may see.")
    }

    pub(crate) fn link_invalid() -> Self {
        Self::new(Code::LinkInvalid, "This link opens nothing (any more). Ask for a new one.")
    }

    /// The field holds what is not allowed; `allowed` says what is.
    pub(crate) fn invalid(field: impl Into<Cow<'static, str>>, allowed: &'static str) -> Self {
        let field = field.into();
        Self::new(Code::Invalid, format!("The field {field} is not valid.")).with_allowed(allowed).with_field(field)
    }

    pub(crate) fn unavailable() -> Self {
        Self::new(Code::Unavailable, "Please try again in a moment.").with_retry_after(5)
    }

    /// Which field it is about.
    pub(crate) fn field_name(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// What the field may hold.
    pub(crate) fn allowed(&self) -> Option<&'static str> {
        self.allowed
    }

    /// What it says besides.
    pub(crate) fn more(&self, name: &str) -> Option<&Value> {
        self.extra.get(name)
    }

    /// What happened, in words, with the field and what it may hold.
    pub(crate) fn words(&self) -> String {
        let allowed = self.allowed.map(|allowed| format!(" Allowed: {allowed}.")).unwrap_or_default();
        format!("{}{allowed}", self.detail)
    }

    pub(crate) fn with_field(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.field = Some(field.into());
        self
    }

    pub(crate) fn with_allowed(mut self, allowed: &'static str) -> Self {
        self.allowed = Some(allowed);
        self
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn with_retry_after(mut self, seconds: i64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// The answer, once the request's id is known.
    pub(crate) fn render(self, request_id: &str) -> Response {
        let body = ProblemBody {
            kind: "about:blank",
            title: self.code.title(),
            status: self.code.status().as_u16(),
            code: self.code,
            detail: self.detail,
            field: self.field,
            allowed: self.allowed,
            request_id: request_id.to_owned(),
            extra: self.extra,
        };
        let body = serde_json::to_vec(&body).expect("strings and numbers are JSON");
        let mut response = (self.code.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Leaves the problem in the response; the outermost layer renders it with the request's id.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        match error {
            error if error.is_momentary() => {
                tracing::warn!(error = %error, "others are in the way of a request");
                Self { is_momentary: true, ..Self::unavailable() }
            }
            StorageError::Unavailable(source) => {
                tracing::warn!(error = %source, "the database cannot be reached");
                Self::unavailable()
            }
            StorageError::Conflict(_) => Self::new(Code::ChangedMeanwhile, "Somebody else was faster. Look again."),
            StorageError::RoomTaken(room) => Self::new(Code::RoomTaken, "The room is taken at that time.")
                .with("room", serde_json::json!({ "id": room })),
            StorageError::Inconsistent(what) => {
                tracing::error!(what, "stored data is inconsistent");
                Self::internal()
            }
        }
    }
}

impl From<ClusterError> for Problem {
    fn from(error: ClusterError) -> Self {
        match error {
            ClusterError::Unavailable(source) => {
                tracing::warn!(error = %source, "the cluster cannot be reached");
                Self::unavailable()
            }
            ClusterError::Inconsistent(what) => {
                tracing::error!(what, "the cluster answered something unreadable");
                Self::internal()
            }
        }
    }
}

impl Problem {
    pub(crate) fn internal() -> Self {
        Self::new(Code::Internal, "This is our fault. Name the request id when you ask for help.")
    }
}
