//! Only a good token opens a meeting; every other one gets a clear answer.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use protocol::token::TokenKey;
use rennsteig::probe::ProbeError;
use tests::{Client, JoinOptions, Server, TokenIn, token};

/// What a client is told when it joins with this token.
async fn refusal(server: &Server, token: &str, token_in: TokenIn) -> (u16, String) {
    let options = JoinOptions { token_in, ..JoinOptions::default() };
    match Client::join(&server.base, token, options).await {
        Ok(_) => panic!("the token opened the meeting"),
        Err(ProbeError::Refused { status, body }) => (status, body),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_tokens_are_refused_with_their_reason() {
    let server = Server::start().await;
    let key = server.key();
    let good = token(&key, "daily", "anna", |_| {});
    let foreign = TokenKey::new("rennsteig", "another-secret-that-is-long-enough").expect("long enough");
    let other_name = TokenKey::new("other", "a-secret-for-tests-of-more-than-32-bytes").expect("long enough");
    let [header, body, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("a token has three parts") };
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let cases = [
        ("foreign", token(&foreign, "daily", "anna", |_| {}), 401, "invalid access token"),
        ("other key name", token(&other_name, "daily", "anna", |_| {}), 401, "invalid access token"),
        ("alg none", format!("{}.{body}.", encode(r#"{"alg":"none","typ":"JWT"}"#)), 401, "invalid access token"),
        (
            "alg none, signed",
            format!("{}.{body}.{signature}", encode(r#"{"alg":"none","typ":"JWT"}"#)),
            401,
            "invalid access token",
        ),
        (
            "other algorithm",
            format!("{}.{body}.{signature}", encode(r#"{"alg":"HS384","typ":"JWT"}"#)),
            401,
            "invalid access token",
        ),
        (
            "changed body",
            format!("{header}.{}.{signature}", encode(r#"{"sub":"eve","exp":99999999999}"#)),
            401,
            "invalid access token",
        ),
        ("cut", good[..good.len() - 4].to_owned(), 401, "invalid access token"),
        ("garbage", "garbage".to_owned(), 401, "invalid access token"),
        ("expired", token(&key, "daily", "anna", |claims| claims.exp -= 400), 401, "access token has expired"),
        ("early", token(&key, "daily", "anna", |claims| claims.nbf += 200), 401, "access token is not valid yet"),
        (
            "without the right to join",
            token(&key, "daily", "anna", |claims| claims.video.room_join = false),
            403,
            "access token does not allow to join",
        ),
        ("without a meeting", token(&key, "", "anna", |_| {}), 400, "access token names no valid room and identity"),
        ("without an identity", token(&key, "daily", "", |_| {}), 400, "access token names no valid room and identity"),
    ];
    for (name, token, status, text) in cases {
        for shown in [TokenIn::Query, TokenIn::Header] {
            assert_eq!(refusal(&server, &token, shown).await, (status, text.to_owned()), "{name}, {shown:?}");
        }
        let path = format!("/rtc/v1/validate?access_token={token}");
        let told = server.browser().ask(Method::GET, &path, &serde_json::Value::Null).await;
        assert_eq!((told.status, told.text.trim()), (status, text), "{name}, validate");
        assert_eq!(told.header("access-control-allow-origin"), "*", "{name}, validate");
    }
    let request = protocol::join::encode(&rennsteig::probe::client::join_request(true, None), true).replace('=', "%3D");
    let path = format!("/rtc/v1/validate?access_token={good}&join_request={request}");
    let told = server.browser().ask(Method::GET, &path, &serde_json::Value::Null).await;
    assert_eq!((told.status, told.text.trim()), (200, "success"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_the_scheduler_is_over_in_time() {
    let server = Server::start().await;
    let anna = server.person("Anna Vogt").await;
    let booking = anna.books(tests::NewBooking::now("Haushalt")).await;
    let pass = anna.joins(&booking).await;
    pass.enters().await.leave().await;
    server.clock.put_forward(6);
    let late = pass.tries_to_enter().await.err().expect("the token is over");
    assert!(matches!(&late, ProbeError::Refused { status: 401, body } if body.contains("expired")), "{late}");
    server.stop().await;
}
