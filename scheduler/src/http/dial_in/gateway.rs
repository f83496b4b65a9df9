use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::header;
use http::request::Parts;
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::http::problem::{Code, Problem};
use crate::secret;

/// The gateway that leads telephones, by its own secret; where none is set nobody is it.
pub(crate) struct Gateway;

impl FromRequestParts<Arc<App>> for Gateway {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let set = app.config.dial_in.as_ref().and_then(|dial_in| dial_in.gateway.as_ref());
        let shown = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let shown = shown.and_then(|shown| shown.strip_prefix("Bearer "));
        // Hashes have one length: how long it takes says nothing about how much was right.
        let is_it = set
            .zip(shown)
            .is_some_and(|(set, shown)| bool::from(secret::hash(set.expose()).ct_eq(&secret::hash(shown))));
        match is_it {
            true => Ok(Self),
            false => Err(Problem::new(Code::SignInRequired, "Only the dial-in gateway may ask this.")),
        }
    }
}
