use std::sync::Arc;

use domain::{ApiTokenId, AppPasswordId, CalendarFeedId, Delegation, DelegationId, DelegationRight};
use storage::{ApiToken, AppPassword, AuditEntry, CalendarFeed, SignIn, Store, WebSession};
use uuid::Uuid;

use super::samples::{HOUR, at, furnish, person, write};

super::promises![
    a_session_is_found_touched_and_ended,
    all_sessions_of_a_person_end_at_once,
    every_secret_of_a_person_ends_at_once_and_those_of_others_stay,
    an_api_token_is_ended_only_by_its_person,
    who_holds_a_secret_is_told_as_stored_with_what_they_may_do_for_others,
    failed_sign_ins_are_counted_since_an_instant,
    what_is_over_is_deleted_and_nothing_else,
    a_setup_link_works_once_in_time_and_only_the_latest,
    the_audit_trail_shows_the_newest_line_first,
];

fn session(person: &domain::Person, secret: u8) -> WebSession {
    WebSession {
        secret_hash: [secret; 32],
        person: person.id,
        created_at: at(0),
        used_at: at(1),
        expires_at: at(12 * HOUR),
    }
}

fn token(person: &domain::Person, secret: u8, created_at: i64) -> ApiToken {
    ApiToken {
        id: ApiTokenId::from_uuid(Uuid::now_v7()),
        secret_hash: [secret; 32],
        person: person.id,
        label: "Skript".into(),
        created_at: at(created_at),
        expires_at: at(12 * HOUR),
    }
}

async fn a_session_is_found_touched_and_ended(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let mut unit = write(&store).await;
    unit.add_session(&session(&ada, 1)).await.expect("the person exists");
    unit.touch_session(&[1; 32], at(50)).await.expect("writing works");
    let found = unit.session_holder(&[1; 32]).await.expect("reading works").expect("it was added");
    assert_eq!((found.person.id, found.used_at, found.expires_at), (ada.id, Some(at(50)), at(12 * HOUR)));
    unit.end_session(&[1; 32]).await.expect("writing works");
    assert!(unit.session_holder(&[1; 32]).await.expect("reading works").is_none());
}

async fn all_sessions_of_a_person_end_at_once(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let other = person("Other");
    let mut unit = write(&store).await;
    unit.add_person(&other).await.expect("the address is free");
    for (person, secret) in [(&ada, 1), (&ada, 2), (&other, 3)] {
        unit.add_session(&session(person, secret)).await.expect("the person exists");
    }
    unit.end_sessions_of(ada.id).await.expect("writing works");
    assert!(unit.session_holder(&[1; 32]).await.expect("reading works").is_none());
    assert!(unit.session_holder(&[2; 32]).await.expect("reading works").is_none());
    assert!(unit.session_holder(&[3; 32]).await.expect("reading works").is_some());
}

async fn every_secret_of_a_person_ends_at_once_and_those_of_others_stay(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let other = person("Other");
    let mut unit = write(&store).await;
    unit.add_person(&other).await.expect("the address is free");
    let feed = |of: &domain::Person, secret: u8| CalendarFeed {
        id: CalendarFeedId::from_uuid(Uuid::now_v7()),
        person: of.id,
        room: None,
        secret_hash: [secret; 32],
        created_at: at(0),
    };
    let password = |of: &domain::Person, secret: u8| AppPassword {
        id: AppPasswordId::from_uuid(Uuid::now_v7()),
        person: of.id,
        label: "Telefon".into(),
        secret_hash: [secret; 32],
        created_at: at(0),
        used_day: None,
    };
    for (of, secret) in [(&ada, 1), (&other, 2)] {
        unit.add_session(&session(of, secret)).await.expect("the person exists");
        unit.add_api_token(&token(of, secret, 0)).await.expect("the person exists");
        unit.add_app_password(&password(of, secret)).await.expect("the person exists");
        unit.save_feed(&feed(of, secret)).await.expect("the person exists");
    }
    unit.end_access_of(ada.id).await.expect("writing works");
    for (of, secret, left) in [(&ada, 1, false), (&other, 2, true)] {
        assert_eq!(unit.session_holder(&[secret; 32]).await.expect("reading works").is_some(), left);
        assert_eq!(unit.token_holder(&[secret; 32]).await.expect("reading works").is_some(), left);
        assert_eq!(unit.app_password(&[secret; 32]).await.expect("reading works").is_some(), left);
        assert_eq!(unit.feeds_of(of.id).await.expect("reading works").len(), usize::from(left));
    }
}

async fn an_api_token_is_ended_only_by_its_person(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let (old, new) = (token(&ada, 1, 0), token(&ada, 2, 5));
    let mut unit = write(&store).await;
    unit.add_api_token(&old).await.expect("the person exists");
    unit.add_api_token(&new).await.expect("the person exists");
    let ids: Vec<_> = unit.api_tokens_of(ada.id).await.expect("reading works").iter().map(|token| token.id).collect();
    assert_eq!(ids, [new.id, old.id]);
    assert!(!unit.end_api_token(person("Other").id, old.id).await.expect("writing works"));
    let found = unit.token_holder(&[1; 32]).await.expect("reading works").expect("it was not ended");
    assert_eq!((found.person.id, found.used_at, found.expires_at), (ada.id, None, at(12 * HOUR)));
    assert!(unit.end_api_token(ada.id, old.id).await.expect("writing works"));
    assert!(unit.token_holder(&[1; 32]).await.expect("reading works").is_none());
}

async fn who_holds_a_secret_is_told_as_stored_with_what_they_may_do_for_others(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let mut unit = write(&store).await;
    unit.add_session(&session(&ada, 1)).await.expect("the person exists");
    unit.add_api_token(&token(&ada, 2, 0)).await.expect("the person exists");
    let none = unit.session_holder(&[1; 32]).await.expect("reading works").expect("it was added");
    assert_eq!(none.delegations, []);
    for (number, valid_until) in [(1, None), (2, Some(at(HOUR)))] {
        let principal = person(&format!("Boss {number}"));
        unit.add_person(&principal).await.expect("the address is free");
        let rights = vec![DelegationRight::SeeBusy, DelegationRight::Book];
        let id = DelegationId::from_uuid(Uuid::now_v7());
        let given = Delegation { id, principal: principal.id, delegate: ada.id, rights, valid_until };
        unit.save_delegation(&given).await.expect("both exist");
        let other_way = Delegation {
            id: DelegationId::from_uuid(Uuid::now_v7()),
            principal: ada.id,
            delegate: principal.id,
            ..given.clone()
        };
        unit.save_delegation(&other_way).await.expect("both exist");
    }
    let (stored, held) = (
        unit.person(ada.id).await.expect("reading works").expect("she is there"),
        unit.delegations_held(ada.id).await.expect("reading works"),
    );
    assert_eq!(held.len(), 2);
    let by_session = unit.session_holder(&[1; 32]).await.expect("reading works").expect("it was added");
    let by_token = unit.token_holder(&[2; 32]).await.expect("reading works").expect("it was added");
    for holder in [by_session, by_token] {
        assert_eq!((holder.person, holder.delegations), (stored.clone(), held.clone()));
    }
    assert!(unit.session_holder(&[2; 32]).await.expect("reading works").is_none(), "a token is no session");
    assert!(unit.token_holder(&[1; 32]).await.expect("reading works").is_none(), "a session is no token");
}

async fn failed_sign_ins_are_counted_since_an_instant(store: Arc<dyn Store>) {
    let mut unit = write(&store).await;
    for (subject, seconds) in [(1, 0), (1, 10), (1, 20), (2, 20)] {
        let attempt = SignIn { subject_hash: [subject; 32], at: at(seconds) };
        unit.add_failed_sign_in(&attempt).await.expect("writing works");
    }
    assert_eq!(unit.failed_sign_ins(&[1; 32], at(10)).await.expect("reading works"), 2);
    assert_eq!(unit.failed_sign_ins(&[3; 32], at(0)).await.expect("reading works"), 0);
}

async fn what_is_over_is_deleted_and_nothing_else(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let mut unit = write(&store).await;
    unit.add_session(&session(&ada, 1)).await.expect("the person exists");
    unit.add_session(&WebSession { expires_at: at(20 * HOUR), ..session(&ada, 2) }).await.expect("the person exists");
    unit.add_api_token(&token(&ada, 3, 0)).await.expect("the person exists");
    unit.add_failed_sign_in(&SignIn { subject_hash: [4; 32], at: at(0) }).await.expect("writing works");
    assert_eq!(unit.delete_expired_sessions(at(12 * HOUR - 1)).await.expect("writing works"), 0);
    assert_eq!(unit.delete_expired_sessions(at(12 * HOUR)).await.expect("writing works"), 2);
    assert!(unit.session_holder(&[2; 32]).await.expect("reading works").is_some());
    assert_eq!(unit.failed_sign_ins(&[4; 32], at(0)).await.expect("reading works"), 1);
    assert_eq!(unit.delete_expired_sessions(at(25 * HOUR)).await.expect("writing works"), 2);
}

async fn a_setup_link_works_once_in_time_and_only_the_latest(store: Arc<dyn Store>) {
    let mut unit = write(&store).await;
    unit.set_setup_link(&[1; 32], at(100)).await.expect("writing works");
    unit.set_setup_link(&[2; 32], at(100)).await.expect("writing works");
    assert!(!unit.take_setup_link(&[1; 32], at(50)).await.expect("writing works"), "replaced");
    assert!(!unit.take_setup_link(&[2; 32], at(100)).await.expect("writing works"), "too late");
    assert!(unit.take_setup_link(&[2; 32], at(99)).await.expect("writing works"));
    assert!(!unit.take_setup_link(&[2; 32], at(99)).await.expect("writing works"), "used");
}

async fn the_audit_trail_shows_the_newest_line_first(store: Arc<dyn Store>) {
    let ada = person("Ada");
    let mut unit = write(&store).await;
    for number in 0..3 {
        let entry = AuditEntry {
            at: at(number),
            actor: Some(ada.id),
            on_behalf_of: None,
            action: format!("step.{number}"),
            subject: "booking 1".into(),
        };
        unit.add_audit(&entry).await.expect("writing works");
    }
    let newest = unit.audit(2).await.expect("reading works");
    let actions: Vec<&str> = newest.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["step.2", "step.1"]);
    assert_eq!((newest[0].at, newest[0].actor, newest[0].on_behalf_of), (at(2), Some(ada.id), None));
}
