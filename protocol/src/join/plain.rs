use std::collections::HashMap;

use base64::Engine;
use livekit_protocol::{ClientInfo, ConnectionSettings, JoinRequest, ReconnectReason, client_info};
use serde::Deserialize;

use super::BASE64URL;

/// The query of `/rtc`, as clients of the older shape send it: what newer ones put into
/// `join_request`. Unknown and unreadable values count as absent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PlainJoinRequest {
    auto_subscribe: Option<String>,
    adaptive_stream: Option<String>,
    subscriber_allow_pause: Option<String>,
    disable_ice_lite: Option<String>,
    /// Attributes the client brings along: base64url of a JSON object.
    attributes: Option<String>,
    sdk: Option<String>,
    version: Option<String>,
    protocol: Option<String>,
    client_protocol: Option<String>,
    reconnect: Option<String>,
    reconnect_reason: Option<String>,
    sid: Option<String>,
}

impl From<PlainJoinRequest> for JoinRequest {
    fn from(plain: PlainJoinRequest) -> Self {
        let is_set = |value: &Option<String>| value.as_deref().map(|value| matches!(value, "1" | "true"));
        let number = |value: &Option<String>| value.as_deref().and_then(|value| value.parse().ok()).unwrap_or(0);
        let sdk = plain.sdk.as_deref().and_then(|sdk| client_info::Sdk::from_str_name(&sdk.to_ascii_uppercase()));
        let reason = number(&plain.reconnect_reason);
        Self {
            client_info: Some(ClientInfo {
                sdk: sdk.unwrap_or_default() as i32,
                version: plain.version.unwrap_or_default(),
                protocol: number(&plain.protocol),
                client_protocol: number(&plain.client_protocol),
                ..ClientInfo::default()
            }),
            connection_settings: Some(ConnectionSettings {
                auto_subscribe: is_set(&plain.auto_subscribe).unwrap_or(true),
                adaptive_stream: is_set(&plain.adaptive_stream).unwrap_or_default(),
                subscriber_allow_pause: is_set(&plain.subscriber_allow_pause),
                disable_ice_lite: is_set(&plain.disable_ice_lite).unwrap_or_default(),
                auto_subscribe_data_track: None,
            }),
            participant_attributes: plain.attributes.as_deref().and_then(attributes).unwrap_or_default(),
            reconnect: is_set(&plain.reconnect).unwrap_or_default(),
            reconnect_reason: ReconnectReason::try_from(reason).unwrap_or_default() as i32,
            participant_sid: plain.sid.unwrap_or_default(),
            ..Self::default()
        }
    }
}

fn attributes(text: &str) -> Option<HashMap<String, String>> {
    serde_json::from_slice(&BASE64URL.decode(text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_as_clients_expect_it() {
        let request = JoinRequest::from(PlainJoinRequest::default());
        let settings = request.connection_settings.expect("always there");
        assert!(settings.auto_subscribe, "older clients want everything unless they say no");
        assert_eq!(settings.subscriber_allow_pause, None);
        assert!(!request.reconnect);
    }

    #[test]
    fn what_is_said_is_read_and_nonsense_is_passed_over() {
        let some = |text: &str| Some(text.to_owned());
        let plain = PlainJoinRequest {
            auto_subscribe: some("0"),
            subscriber_allow_pause: some("1"),
            attributes: Some(BASE64URL.encode(r#"{"colour":"green"}"#)),
            sdk: some("swift"),
            protocol: some("nine"),
            reconnect: some("1"),
            reconnect_reason: some("99"),
            sid: some("PA_one"),
            ..PlainJoinRequest::default()
        };
        let request = JoinRequest::from(plain);
        let settings = request.connection_settings.expect("always there");
        assert!(!settings.auto_subscribe);
        assert_eq!(settings.subscriber_allow_pause, Some(true));
        assert_eq!(request.participant_attributes["colour"], "green");
        let info = request.client_info.expect("always there");
        assert_eq!((info.sdk, info.protocol), (client_info::Sdk::Swift as i32, 0));
        assert_eq!((request.reconnect, request.reconnect_reason), (true, 0));
        assert_eq!(request.participant_sid, "PA_one");
        let broken = PlainJoinRequest { attributes: some("???"), ..PlainJoinRequest::default() };
        assert!(JoinRequest::from(broken).participant_attributes.is_empty());
    }
}
