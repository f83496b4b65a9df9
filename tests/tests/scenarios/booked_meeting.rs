//! Somebody books, two people open the link, and they hear and see each other.

use tests::{Media, NewBooking, SOON, Seen, Server, gets, meet, shows};

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_booked_a_meeting_hear_and_see_each_other() {
    let server = Server::start().await;
    let (anna, ben) = (server.person("Anna Vogt").await, server.person("Ben Roth").await);
    let room = server.admin().await.adds_room("virtual", "Referatsrunde", 10).await;
    let booking = anna.books(NewBooking::now("Haushalt").room(&room).invites(&ben)).await;

    let (for_anna, for_ben) = (anna.joins(&booking).await, ben.joins(&booking).await);
    assert_eq!((for_anna.role.as_str(), for_ben.role.as_str()), ("moderator", "participant"));
    let (at_anna, at_ben) = tokio::join!(for_anna.enters(), for_ben.enters());
    tokio::join!(shows(&at_anna), shows(&at_ben));
    meet(&at_anna, &at_ben).await;

    let names = |seen: &Seen| seen.others.values().map(|who| who.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&at_anna.seen()), ["Ben Roth"]);
    assert_eq!(names(&at_ben.seen()), ["Anna Vogt"]);
    let lost = at_ben.seen().from(&for_anna.identity, Media::Video).lost();
    assert_eq!(lost, 0, "nothing is lost on loopback");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_later_gets_what_is_already_shown() {
    let server = Server::start().await;
    let (anna, ben) = (server.person("Anna Vogt").await, server.person("Ben Roth").await);
    let booking = anna.books(NewBooking::now("Haushalt").invites(&ben)).await;
    let at_anna = anna.joins(&booking).await.enters().await;
    let [audio, _] = shows(&at_anna).await;

    let for_ben = ben.joins(&booking).await;
    let at_ben = for_ben.enters().await;
    gets(&at_ben, &anna.id, Media::Audio).await;
    gets(&at_ben, &anna.id, Media::Video).await;

    at_anna.unpublish(&audio).expect("the session lives");
    let silent = |seen: &Seen| seen.others.get(&anna.id).is_some_and(|who| who.tracks.len() == 1);
    at_ben.until("the end of a track", SOON, silent).await.expect("ben is told");
    shows(&at_anna).await;
    gets(&at_ben, &anna.id, Media::Audio).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn data_reaches_everybody_or_only_those_it_is_for() {
    let server = Server::start().await;
    let (anna, ben, cem) =
        (server.person("Anna Vogt").await, server.person("Ben Roth").await, server.person("Cem Kaya").await);
    let booking = anna.books(NewBooking::now("Haushalt").invites(&ben).invites(&cem)).await;
    let (at_anna, at_ben, at_cem) = tokio::join!(
        async { anna.joins(&booking).await.enters().await },
        async { ben.joins(&booking).await.enters().await },
        async { cem.joins(&booking).await.enters().await },
    );
    let has = |topic: &'static str| move |seen: &Seen| seen.on_topic(topic).next().is_some();

    at_anna.send_data("to-all", b"hello", &[], true).await.expect("data can be sent");
    at_ben.until("data for all", SOON, has("to-all")).await.expect("ben gets it");
    at_cem.until("data for all", SOON, has("to-all")).await.expect("cem gets it");
    let seen = at_ben.seen();
    let message = seen.on_topic("to-all").next().expect("it has come");
    assert_eq!((message.from.as_str(), message.payload.as_slice()), (anna.id.as_str(), b"hello".as_slice()));

    at_anna.send_data("to-ben", b"psst", &[&ben.id], true).await.expect("data can be sent");
    at_anna.send_data("after", b"", &[], true).await.expect("data can be sent");
    at_ben.until("data for ben", SOON, has("to-ben")).await.expect("ben gets it");
    // The reliable channel keeps the order: what came before has come.
    at_cem.until("data for all", SOON, has("after")).await.expect("cem gets it");
    assert_eq!(at_cem.seen().on_topic("to-ben").count(), 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_is_gone_for_the_others_at_once() {
    let server = Server::start().await;
    let (anna, ben) = (server.person("Anna Vogt").await, server.person("Ben Roth").await);
    let booking = anna.books(NewBooking::now("Haushalt").invites(&ben)).await;
    let at_anna = anna.joins(&booking).await.enters().await;
    let at_ben = ben.joins(&booking).await.enters().await;
    at_anna.until("ben", SOON, |seen| seen.others.len() == 1).await.expect("ben is there");
    at_ben.leave().await;
    at_anna.until("ben's leaving", SOON, |seen| seen.others.is_empty()).await.expect("ben is gone");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_muted_track_stops_flowing_and_flows_again() {
    let server = Server::start().await;
    let (anna, ben) = (server.person("Anna Vogt").await, server.person("Ben Roth").await);
    let booking = anna.books(NewBooking::now("Haushalt").invites(&ben)).await;
    let at_anna = anna.joins(&booking).await.enters().await;
    let at_ben = ben.joins(&booking).await.enters().await;
    let [audio, _] = shows(&at_anna).await;
    gets(&at_ben, &anna.id, Media::Audio).await;
    let speaks = |seen: &Seen| seen.others.get(&anna.id).is_some_and(|who| seen.speakers.contains_key(&who.sid));
    at_ben.until("anna as a speaker", SOON, speaks).await.expect("anna speaks");

    at_anna.mute(&audio, true).expect("the session lives");
    let is_muted = |muted: bool| {
        let (anna, audio) = (anna.id.clone(), audio.clone());
        move |seen: &Seen| {
            let tracks = seen.others.get(&anna).map(|who| who.tracks.clone()).unwrap_or_default();
            tracks.iter().any(|track| track.sid == audio && track.muted == muted)
        }
    };
    at_ben.until("anna muted", SOON, is_muted(true)).await.expect("ben is told");
    at_anna.mute(&audio, false).expect("the session lives");
    at_ben.until("anna unmuted", SOON, is_muted(false)).await.expect("ben is told");
    gets(&at_ben, &anna.id, Media::Audio).await;
    server.stop().await;
}
