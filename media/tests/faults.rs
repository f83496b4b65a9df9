//! A fault in one place stays there.

mod harness;

use std::sync::Arc;
use std::sync::mpsc::channel;

use harness::Meeting;
use media::{Command, Event, Kind, MeetingId, PeerId, Port};

#[test]
fn a_listener_that_panics_does_not_stop_other_meetings() {
    let mut meeting = Meeting::open();
    let (anna, bert) = (meeting.join(), meeting.join());
    let audio = meeting.publish(anna, Kind::Audio);
    meeting.subscribe(bert, anna, &audio, Kind::Audio);
    meeting.until("the track has a section", |meeting| meeting.clients[bert].tracks.len() == 1);

    let (sender, panicked) = channel();
    let sink = Arc::new(move |_: Event| {
        let _ = sender.send(());
        panic!("a listener at fault");
    });
    meeting.engine.send(Command::OpenMeeting { meeting: MeetingId(2), sink });
    meeting.engine.send(Command::OpenPeer { meeting: MeetingId(2), peer: PeerId(9) });
    meeting.engine.send(Command::Offer { peer: PeerId(9), offer_id: 1, sdp: String::new(), pending: Vec::new() });
    meeting.until("the other listener was called", |_| panicked.try_recv().is_ok());

    let mut tick = 0;
    meeting.until("Bert still hears Anna", |meeting| {
        tick += 1;
        meeting.clients[anna].write(&audio, &[1; 20], tick * 960);
        meeting.clients[bert].heard.len() > 20
    });
}
