use media::{CloseReason, Event};
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{LeaveRequest, TrackSource};

use super::stage::Stage;
use crate::meeting::{AWAY_SECONDS, Command, Farewell};

#[test]
fn who_says_good_bye_is_gone_at_once() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.join("ben");
    stage.publish(anna, TrackSource::Camera);
    stage.curtain();
    stage.say("leaves", anna, Request::Leave(LeaveRequest::default()));
    insta::assert_snapshot!(stage.script);
}

#[test]
fn who_is_removed_is_told_so_and_may_not_try_again_by_itself() {
    let mut stage = Stage::new();
    stage.join("anna");
    stage.join("ben");
    stage.curtain();
    stage.run("ben is removed", Command::Remove { identity: "ben".parse().expect("valid") });
    stage.run("ben is removed again", Command::Remove { identity: "ben".parse().expect("valid") });
    insta::assert_snapshot!(stage.script);
}

#[test]
fn an_ended_meeting_sends_everybody_away() {
    let mut stage = Stage::new();
    stage.join("anna");
    stage.join("ben");
    stage.curtain();
    stage.run("the meeting is ended", Command::Close(Farewell::Ended));
    insta::assert_snapshot!(stage.script);
    assert!(stage.meeting.is_empty());
}

#[test]
fn a_stopping_server_asks_everybody_to_come_back() {
    let mut stage = Stage::new();
    stage.join("anna");
    stage.curtain();
    stage.run("the server stops", Command::Close(Farewell::ShutDown));
    insta::assert_snapshot!(stage.script);
}

#[test]
fn a_broken_connection_is_waited_for_then_given_up() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.join("ben");
    stage.wait(1);
    stage.curtain();
    stage.run("anna's connection breaks", Command::SocketLost { peer: anna });
    stage.wait(AWAY_SECONDS - 1);
    stage.wait(1);
    insta::assert_snapshot!(stage.script);
}

#[test]
fn who_loses_media_is_asked_to_join_anew() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.join("ben");
    stage.curtain();
    stage.hear("anna's media is silent", Event::Closed { peer: anna, reason: CloseReason::TimedOut });
    stage.hear("and closed", Event::Closed { peer: anna, reason: CloseReason::Asked });
    insta::assert_snapshot!(stage.script);
}
