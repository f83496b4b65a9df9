//! Passwords for calendar programs.

use std::sync::Arc;

use domain::{AppPasswordId, Person};
use storage::{AppPassword, StorageError, Store};
use uuid::Uuid;

use super::samples::{HOUR, at, furnish, person, write};

super::promises![
    an_app_password_is_found_by_its_secret_and_ends_by_its_person_only,
    of_the_use_of_an_app_password_only_the_last_day_is_known,
    two_app_passwords_never_have_one_secret,
];

fn password(person: &Person, secret: u8) -> AppPassword {
    AppPassword {
        id: AppPasswordId::from_uuid(Uuid::now_v7()),
        person: person.id,
        label: format!("Telefon {secret}"),
        secret_hash: [secret; 32],
        created_at: at(i64::from(secret)),
        used_day: None,
    }
}

async fn an_app_password_is_found_by_its_secret_and_ends_by_its_person_only(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let other = person("Other");
    let (one, two, foreign) = (password(&ada, 1), password(&ada, 2), password(&other, 3));
    let mut unit = write(&store).await;
    unit.add_person(&other).await.expect("the address is free");
    for made in [&two, &one, &foreign] {
        unit.add_app_password(made).await.expect("writing works");
    }
    assert_eq!(unit.app_password(&[2; 32]).await.expect("reading works"), Some(two.clone()));
    assert_eq!(unit.app_password(&[9; 32]).await.expect("reading works"), None);
    assert_eq!(unit.app_passwords_of(ada.id).await.expect("reading works"), [one.clone(), two.clone()]);
    assert!(!unit.end_app_password(other.id, one.id).await.expect("writing works"));
    assert!(unit.end_app_password(ada.id, one.id).await.expect("writing works"));
    assert!(!unit.end_app_password(ada.id, one.id).await.expect("writing works"));
    assert_eq!(unit.app_passwords_of(ada.id).await.expect("reading works"), [two]);
}

async fn of_the_use_of_an_app_password_only_the_last_day_is_known(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let made = password(&ada, 1);
    let mut unit = write(&store).await;
    unit.add_app_password(&made).await.expect("writing works");
    for day in [24 * HOUR, 48 * HOUR] {
        unit.use_app_password(made.id, at(day)).await.expect("writing works");
    }
    let used = AppPassword { used_day: Some(at(48 * HOUR)), ..made };
    assert_eq!(unit.app_password(&[1; 32]).await.expect("reading works"), Some(used));
}

async fn two_app_passwords_never_have_one_secret(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let mut unit = write(&store).await;
    unit.add_app_password(&password(&ada, 1)).await.expect("writing works");
    let again = unit.add_app_password(&password(&ada, 1)).await;
    assert!(matches!(again, Err(StorageError::Conflict(_))), "{again:?}");
}
