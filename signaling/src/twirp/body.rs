use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{Code, TwirpError};

/// How a call is written; its answer is written alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `application/protobuf`
    Protobuf,
    /// `application/json`: names in snake or camel case are read, camel case is written.
    Json,
}

impl Format {
    pub fn of(headers: &HeaderMap) -> Result<Self, TwirpError> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        match kind.split(';').next().unwrap_or_default().trim() {
            "application/protobuf" => Ok(Self::Protobuf),
            "application/json" => Ok(Self::Json),
            _ => Err(TwirpError::new(Code::BadRoute, "content type must be application/protobuf or application/json")),
        }
    }

    pub fn read<T: prost::Message + Default + DeserializeOwned>(self, body: &[u8]) -> Result<T, TwirpError> {
        let read = match self {
            Self::Protobuf => T::decode(body).ok(),
            Self::Json => serde_json::from_slice(body).ok(),
        };
        read.ok_or(TwirpError::new(Code::Malformed, "the call cannot be read"))
    }

    pub fn write<T: prost::Message + Serialize>(self, answer: &T) -> Bytes {
        match self {
            Self::Protobuf => answer.encode_to_vec().into(),
            Self::Json => serde_json::to_vec(answer).expect("answers have string keys only and are always JSON").into(),
        }
    }

    pub fn response(self, body: Bytes) -> Response {
        ([(header::CONTENT_TYPE, self.name())], body).into_response()
    }

    fn name(self) -> &'static str {
        match self {
            Self::Protobuf => "application/protobuf",
            Self::Json => "application/json",
        }
    }
}
