use std::sync::Arc;

use domain::{Delegation, DelegationId, DelegationRight, Private, Role};
use storage::{StorageError, Store};
use uuid::Uuid;

use super::samples::{at, person, write};

super::promises![
    a_person_is_kept_as_given,
    a_mail_address_belongs_to_one_person_whatever_its_case,
    a_saved_person_keeps_id_and_birthday_of_the_account,
    people_are_found_by_part_of_name_or_address_in_any_case,
    people_are_turned_over_page_by_page,
    whose_account_was_closed_lately_is_found,
    a_pair_has_one_delegation,
    delegations_are_found_from_both_sides_and_end,
];

async fn a_person_is_kept_as_given(store: Arc<dyn Store>) {
    let mut ada = person("Ada Lovelace");
    ada.roles = vec![Role::Administrator, Role::RoomManager];
    ada.password_hash = Some(Private::from("$argon2id$…"));
    ada.disabled_at = Some(at(5));
    let mut unit = write(&store).await;
    unit.add_person(&ada).await.expect("the address is free");
    assert_eq!(unit.person(ada.id).await.expect("reading works"), Some(ada.clone()));
    assert_eq!(unit.people_by_id(&[ada.id, person("Other").id]).await.expect("reading works"), vec![ada]);
    assert_eq!(unit.person(person("Nobody").id).await.expect("reading works"), None);
    assert!(unit.people_by_id(&[]).await.expect("reading works").is_empty());
}

async fn whose_account_was_closed_lately_is_found(store: Arc<dyn Store>) {
    let mut unit = write(&store).await;
    let mut closed = Vec::new();
    for (name, disabled_at) in
        [("Open", None), ("Long ago", Some(at(5))), ("Then", Some(at(6))), ("Later", Some(at(7)))]
    {
        let one = domain::Person { disabled_at, ..person(name) };
        unit.add_person(&one).await.expect("the address is free");
        closed.extend(one.disabled_at.map(|at| (one.id, at)));
    }
    assert_eq!(unit.people_closed_since(at(6)).await.expect("reading works"), closed[1..]);
}

async fn a_mail_address_belongs_to_one_person_whatever_its_case(store: Arc<dyn Store>) {
    let ada = person("Ada");
    let mut unit = write(&store).await;
    unit.add_person(&ada).await.expect("the address is free");
    let found = unit.person_by_email(&Private::from("ADA@Example.ORG")).await.expect("reading works");
    assert_eq!(found.map(|found| found.id), Some(ada.id));
    let mut twin = person("Twin");
    twin.email = Private::from("Ada@example.org");
    let error = unit.add_person(&twin).await.expect_err("the address is taken");
    assert!(matches!(error, StorageError::Conflict(_)), "{error:?}");
}

async fn a_saved_person_keeps_id_and_birthday_of_the_account(store: Arc<dyn Store>) {
    let mut ada = person("Ada");
    let mut unit = write(&store).await;
    unit.add_person(&ada).await.expect("the address is free");
    let changed = domain::Person {
        name: Private::from("Ada King"),
        email: Private::from("king@example.org"),
        roles: vec![Role::RoomManager],
        locale: "en".into(),
        created_at: at(99),
        ..ada.clone()
    };
    unit.save_person(&changed).await.expect("the address is free");
    ada = domain::Person { created_at: at(0), ..changed };
    assert_eq!(unit.person(ada.id).await.expect("reading works"), Some(ada));
}

async fn people_are_found_by_part_of_name_or_address_in_any_case(store: Arc<dyn Store>) {
    let mut unit = write(&store).await;
    for name in ["Sabine KRÄMER", "Ömer Öz", "100% Test_Person"] {
        unit.add_person(&person(name)).await.expect("the address is free");
    }
    for (text, expected) in [
        ("krämer", vec!["Sabine KRÄMER"]),
        ("KRÄM", vec!["Sabine KRÄMER"]),
        ("ömer", vec!["Ömer Öz"]),
        ("%", vec!["100% Test_Person"]),
        ("_", vec!["100% Test_Person"]),
        ("SABINE.K", vec!["Sabine KRÄMER"]),
        ("nobody", vec![]),
        ("", vec!["100% Test_Person", "Sabine KRÄMER", "Ömer Öz"]),
    ] {
        let found = unit.find_people(text, None, 10).await.expect("reading works");
        let names: Vec<&str> = found.iter().map(|person| person.name.expose().as_str()).collect();
        assert_eq!(names, expected, "{text:?}");
    }
}

async fn people_are_turned_over_page_by_page(store: Arc<dyn Store>) {
    let mut unit = write(&store).await;
    for number in 0..7 {
        let mut same = person(&format!("Person {number}"));
        same.name = Private::from("Gleicher Name");
        unit.add_person(&same).await.expect("the address is free");
    }
    let mut seen = Vec::new();
    let mut after: Option<(String, domain::PersonId)> = None;
    loop {
        let cursor = after.as_ref().map(|(name, id)| (name.as_str(), *id));
        let page = unit.find_people("", cursor, 3).await.expect("reading works");
        let Some(last) = page.last() else { break };
        after = Some((last.name.expose().clone(), last.id));
        seen.extend(page.iter().map(|person| person.id));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 7);
    assert_eq!(unit.count_people().await.expect("reading works"), 7);
}

async fn a_pair_has_one_delegation(store: Arc<dyn Store>) {
    let (boss, assistant) = (person("Boss"), person("Assistant"));
    let mut unit = write(&store).await;
    unit.add_person(&boss).await.expect("the address is free");
    unit.add_person(&assistant).await.expect("the address is free");
    let mut delegation = Delegation {
        id: DelegationId::from_uuid(Uuid::now_v7()),
        principal: boss.id,
        delegate: assistant.id,
        rights: vec![DelegationRight::SeeBusy],
        valid_until: None,
    };
    unit.save_delegation(&delegation).await.expect("both exist");
    delegation.id = DelegationId::from_uuid(Uuid::now_v7());
    delegation.rights = vec![DelegationRight::Book, DelegationRight::SeeAll];
    delegation.valid_until = Some(at(100));
    unit.save_delegation(&delegation).await.expect("both exist");
    assert_eq!(unit.delegations_given(boss.id).await.expect("reading works"), vec![delegation]);
}

async fn delegations_are_found_from_both_sides_and_end(store: Arc<dyn Store>) {
    let (boss, assistant) = (person("Boss"), person("Assistant"));
    let mut unit = write(&store).await;
    unit.add_person(&boss).await.expect("the address is free");
    unit.add_person(&assistant).await.expect("the address is free");
    let delegation = Delegation {
        id: DelegationId::from_uuid(Uuid::now_v7()),
        principal: boss.id,
        delegate: assistant.id,
        rights: vec![DelegationRight::Answer, DelegationRight::Manage],
        valid_until: None,
    };
    unit.save_delegation(&delegation).await.expect("both exist");
    assert_eq!(unit.delegation(delegation.id).await.expect("reading works"), Some(delegation.clone()));
    assert_eq!(unit.delegations_held(assistant.id).await.expect("reading works"), vec![delegation.clone()]);
    assert!(unit.delegations_held(boss.id).await.expect("reading works").is_empty());
    assert!(unit.end_delegation(delegation.id).await.expect("writing works"));
    assert!(!unit.end_delegation(delegation.id).await.expect("writing works"));
    assert_eq!(unit.delegation(delegation.id).await.expect("reading works"), None);
}
