use jiff::SignedDuration;
use protocol::livekit::Room;

use super::stage::Stage;
use crate::meeting::{Command, Effect, Order, OrderRefused, Reply};

fn send_on(stage: &mut Stage, whom: &str) -> (Result<Reply, OrderRefused>, Vec<Effect>) {
    let to = Box::new(Room { name: "garden".into(), ..Room::default() });
    stage.meeting.order(Order::Move { identity: whom.parse().expect("valid"), to }, stage.now)
}

#[test]
fn who_is_moved_hears_where_to_before_the_good_bye_and_the_others_hear_that_it_left() {
    let mut stage = Stage::new();
    let (anna, ben) = (stage.join("anna"), stage.join("ben"));
    let (reply, effects) = send_on(&mut stage, "ben");
    assert_eq!(reply, Ok(Reply::Done));
    let at = |what: &dyn Fn(&Effect) -> bool| effects.iter().position(what).expect("it is done");
    let moves = at(&|effect| {
        matches!(effect, Effect::Move { peer, claims, moved }
        if *peer == ben && claims.video.room == "garden" && moved.room.as_ref().is_some_and(|room| room.name == "garden"))
    });
    let leaves = at(&|effect| {
        matches!(effect, Effect::Send { to, message } if *to == [ben]
        && matches!(&message.message, Some(crate::meeting::Message::Leave(leave))
            if leave.action() == protocol::livekit::leave_request::Action::Reconnect))
    });
    let hangs_up = at(&|effect| matches!(effect, Effect::HangUp { peer } if *peer == ben));
    assert!(moves < leaves && leaves < hangs_up);
    at(&|effect| {
        matches!(effect, Effect::Send { to, message } if *to == [anna]
        && matches!(&message.message, Some(crate::meeting::Message::Update(_))))
    });
    assert_eq!(stage.meeting.count(), 1);
}

#[test]
fn who_cannot_hear_it_is_not_moved() {
    let mut stage = Stage::new();
    let ben = stage.join("ben");
    assert_eq!(send_on(&mut stage, "anna").0, Err(OrderRefused::NoSuchParticipant));
    stage.run("the line breaks", Command::SocketLost { peer: ben });
    let (reply, effects) = send_on(&mut stage, "ben");
    assert_eq!(reply, Err(OrderRefused::OutOfHearing));
    assert!(effects.is_empty() && stage.meeting.count() == 1);
    stage.now += SignedDuration::from_secs(1);
    stage.run("ben is back", Command::Resume { peer: ben, offer: None });
    assert_eq!(send_on(&mut stage, "ben").0, Ok(Reply::Done));
}
