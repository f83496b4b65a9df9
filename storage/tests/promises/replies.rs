use std::sync::Arc;

use domain::timing::Timing;
use domain::{Answer, Private, Reply};
use storage::Store;

use super::invitations::guest;
use super::samples::{HOUR, at, booking, furnish, occurrence, read, write};

super::promises![
    answers_are_kept_as_given_and_the_latest_replaces,
    asking_about_the_whole_forgets_the_dates,
    an_answer_goes_with_its_invitation,
];

fn day() -> Option<jiff::civil::DateTime> {
    Some("2026-12-01T10:00".parse().expect("a wall time"))
}

async fn answers_are_kept_as_given_and_the_latest_replaces(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let held = booking(&ada, &[]);
    let invited = guest(&held, 1);
    let whole = Reply { answer: Some(Answer::Accepted), stamped_at: at(5), ..Reply::awaited(invited.id, None, 2) };
    let date = Reply {
        answer: Some(Answer::Tentative),
        stamped_at: at(9),
        proposal: Some(Timing { start: at(100), end: at(200) }),
        comment: Some(Private::from("lieber früher")),
        answered_by: Some(ada.id),
        ..Reply::awaited(invited.id, day(), 3)
    };
    let mut unit = write(&store).await;
    unit.add_booking(&held, &[occurrence(&held, 0, HOUR)]).await.expect("nothing is held");
    unit.save_invitations(held.id, std::slice::from_ref(&invited)).await.expect("the booking exists");
    unit.save_reply(&Reply::awaited(invited.id, None, 1)).await.expect("the invitation exists");
    unit.save_reply(&whole).await.expect("the invitation exists");
    unit.save_reply(&date).await.expect("the invitation exists");
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(read(&store).await.replies_of(held.id).await.expect("reading works"), [whole, date]);
}

async fn asking_about_the_whole_forgets_the_dates(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let (held, other) = (booking(&ada, &[]), booking(&ada, &[]));
    let (one, two) = (guest(&held, 1), guest(&other, 2));
    let mut unit = write(&store).await;
    for (booking, invited) in [(&held, &one), (&other, &two)] {
        unit.add_booking(booking, &[occurrence(booking, 0, HOUR)]).await.expect("nothing is held");
        unit.save_invitations(booking.id, std::slice::from_ref(invited)).await.expect("the booking exists");
        unit.save_reply(&Reply::awaited(invited.id, None, 1)).await.expect("the invitation exists");
        unit.save_reply(&Reply::awaited(invited.id, day(), 1)).await.expect("the invitation exists");
    }
    unit.delete_replies_to_dates(held.id).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
    let mut unit = read(&store).await;
    assert_eq!(unit.replies_of(held.id).await.expect("reading works"), [Reply::awaited(one.id, None, 1)]);
    assert_eq!(unit.replies_of(other.id).await.expect("reading works").len(), 2);
}

async fn an_answer_goes_with_its_invitation(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let held = booking(&ada, &[]);
    let (stays, goes) = (guest(&held, 1), guest(&held, 2));
    let mut unit = write(&store).await;
    unit.add_booking(&held, &[occurrence(&held, 0, HOUR)]).await.expect("nothing is held");
    unit.save_invitations(held.id, &[stays.clone(), goes.clone()]).await.expect("the booking exists");
    for invited in [&stays, &goes] {
        unit.save_reply(&Reply::awaited(invited.id, None, 1)).await.expect("the invitation exists");
    }
    unit.save_invitations(held.id, std::slice::from_ref(&stays)).await.expect("the booking exists");
    assert_eq!(unit.replies_of(held.id).await.expect("reading works"), [Reply::awaited(stays.id, None, 1)]);
}
