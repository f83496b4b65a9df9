use std::sync::Arc;

use domain::{Admission, AdmissionId, AdmissionState, GivenRole, Identity, Occurrence, Private};
use storage::Store;
use uuid::Uuid;

use super::samples::{HOUR, at, booking, furnish, occurrence, write};

super::promises![
    who_asks_again_keeps_one_place_at_the_door,
    the_door_is_seen_in_the_order_of_asking,
    a_decision_at_the_door_is_not_overwritten_by_who_asks_again,
    expired_admissions_are_deleted,
    an_exclusion_is_for_one_meeting_and_for_good,
    a_given_role_is_for_one_meeting_and_one_person_until_it_is_taken_or_over,
];

fn admission(occurrence: &Occurrence, identity: &str, ticket: u8, asked: i64) -> Admission {
    Admission {
        id: AdmissionId::from_uuid(Uuid::now_v7()),
        occurrence: occurrence.id,
        identity: identity.parse().expect("it is short and printable"),
        name: Private::from("Gast Müller"),
        ticket_hash: [ticket; 32],
        state: AdmissionState::Waiting,
        requested_at: at(asked),
        expires_at: at(asked + HOUR),
        words: None,
    }
}

/// Two occurrences somebody can come to.
async fn doors(store: &Arc<dyn Store>) -> [Occurrence; 2] {
    let (ada, _) = furnish(store, 0).await;
    let held = booking(&ada, &[]);
    let dates = [occurrence(&held, 0, HOUR), occurrence(&held, 2 * HOUR, 3 * HOUR)];
    let mut unit = write(store).await;
    unit.add_booking(&held, &dates).await.expect("nothing is held");
    unit.commit().await.expect("nothing stands against it");
    dates
}

async fn who_asks_again_keeps_one_place_at_the_door(store: Arc<dyn Store>) {
    let [door, _] = doors(&store).await;
    let first = admission(&door, "guest-1", 1, 0);
    let mut second = admission(&door, "guest-1", 2, 10);
    let mut unit = write(&store).await;
    unit.save_admission(&first).await.expect("the occurrence exists");
    unit.save_admission(&second).await.expect("the occurrence exists");
    second.state = AdmissionState::Admitted;
    unit.save_admission(&second).await.expect("the occurrence exists");
    assert_eq!(unit.admissions_of(door.id).await.expect("reading works"), vec![second.clone()]);
    assert_eq!(unit.admission(second.id).await.expect("reading works"), Some(second.clone()));
    assert_eq!(unit.admission(first.id).await.expect("reading works"), None);
    assert_eq!(unit.admission_by_ticket(&[2; 32]).await.expect("reading works"), Some(second));
    assert_eq!(unit.admission_by_ticket(&[1; 32]).await.expect("reading works"), None);
}

async fn the_door_is_seen_in_the_order_of_asking(store: Arc<dyn Store>) {
    let [door, other] = doors(&store).await;
    let mut unit = write(&store).await;
    for (door, identity, ticket, asked) in
        [(&door, "guest-c", 3, 30), (&door, "guest-a", 1, 10), (&other, "guest-x", 9, 0), (&door, "guest-b", 2, 20)]
    {
        unit.save_admission(&admission(door, identity, ticket, asked)).await.expect("the occurrence exists");
    }
    let seen = unit.admissions_of(door.id).await.expect("reading works");
    let identities: Vec<&str> = seen.iter().map(|admission| admission.identity.as_str()).collect();
    assert_eq!(identities, ["guest-a", "guest-b", "guest-c"]);
}

async fn a_decision_at_the_door_is_not_overwritten_by_who_asks_again(store: Arc<dyn Store>) {
    let [door, _] = doors(&store).await;
    let waiting = admission(&door, "guest-1", 1, 0);
    let mut unit = write(&store).await;
    unit.save_admission(&waiting).await.expect("the occurrence exists");
    unit.commit().await.expect("nothing stands against it");

    let mut deciding = write(&store).await;
    let mut decided = deciding.admission(waiting.id).await.expect("reading works").expect("it is there");
    let asking = tokio::spawn({
        let store = store.clone();
        async move {
            let mut unit = write(&store).await;
            let mut seen = unit.admissions_of(door.id).await.expect("reading works").remove(0);
            seen.ticket_hash = [2; 32];
            unit.save_admission(&seen).await.expect("the occurrence exists");
            unit.commit().await.expect("nothing stands against it");
        }
    });
    tokio::pin!(asking);
    let early = tokio::time::timeout(std::time::Duration::from_millis(300), &mut asking).await;
    assert!(early.is_err(), "who asks again waits for the decision");
    decided.state = AdmissionState::Rejected;
    decided.words = Some(Private::from("Bitte kommen Sie um elf."));
    deciding.save_admission(&decided).await.expect("the occurrence exists");
    deciding.commit().await.expect("nothing stands against it");
    asking.await.expect("it goes on after the decision");
    let mut unit = write(&store).await;
    let found = unit.admission(waiting.id).await.expect("reading works").expect("it is there");
    assert_eq!((found.state, found.ticket_hash), (AdmissionState::Rejected, [2; 32]));
    assert_eq!(found.words, decided.words);
}

async fn expired_admissions_are_deleted(store: Arc<dyn Store>) {
    let [door, _] = doors(&store).await;
    let mut unit = write(&store).await;
    unit.save_admission(&admission(&door, "guest-1", 1, 0)).await.expect("the occurrence exists");
    unit.save_admission(&admission(&door, "guest-2", 2, 10)).await.expect("the occurrence exists");
    assert_eq!(unit.delete_expired_admissions(at(HOUR)).await.expect("writing works"), 1);
    assert_eq!(unit.admissions_of(door.id).await.expect("reading works").len(), 1);
}

async fn an_exclusion_is_for_one_meeting_and_for_good(store: Arc<dyn Store>) {
    let [door, other] = doors(&store).await;
    let identity: Identity = "guest-1".parse().expect("it is short and printable");
    let someone_else: Identity = "guest-2".parse().expect("it is short and printable");
    let mut unit = write(&store).await;
    unit.exclude(door.id, &identity, at(0)).await.expect("the occurrence exists");
    unit.exclude(door.id, &identity, at(1)).await.expect("twice is no harm");
    assert!(unit.is_excluded(door.id, &identity).await.expect("reading works"));
    assert!(!unit.is_excluded(door.id, &someone_else).await.expect("reading works"));
    assert!(!unit.is_excluded(other.id, &identity).await.expect("reading works"));
}

async fn a_given_role_is_for_one_meeting_and_one_person_until_it_is_taken_or_over(store: Arc<dyn Store>) {
    let [door, other] = doors(&store).await;
    let [first, second] = ["guest-1", "guest-2"].map(|name| name.parse::<Identity>().expect("short and printable"));
    let mut unit = write(&store).await;
    for role in [GivenRole::Listener, GivenRole::Moderator, GivenRole::Participant, GivenRole::Presenter] {
        unit.save_given_role(door.id, &first, role, at(HOUR)).await.expect("the occurrence exists");
        assert_eq!(unit.given_roles_of(door.id).await.expect("reading works"), [(first.clone(), role)]);
    }
    unit.save_given_role(door.id, &second, GivenRole::Listener, at(2 * HOUR)).await.expect("the occurrence exists");
    assert!(unit.given_roles_of(other.id).await.expect("reading works").is_empty());
    assert_eq!(unit.delete_expired_given_roles(at(HOUR)).await.expect("writing works"), 1);
    assert_eq!(unit.given_roles_of(door.id).await.expect("reading works"), [(second.clone(), GivenRole::Listener)]);
    unit.take_given_role(door.id, &second).await.expect("writing works");
    unit.take_given_role(door.id, &second).await.expect("twice is no harm");
    assert!(unit.given_roles_of(door.id).await.expect("reading works").is_empty());
}
