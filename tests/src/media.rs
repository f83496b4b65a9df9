use rennsteig::probe::client::{Client, Media, Seen};

use crate::SOON;

/// Packets that show that a stream flows, not only begins.
const ENOUGH: u64 = 25;

/// Waits until the client has got enough more packets of somebody's media, counted from now.
pub async fn gets(client: &Client, from: &str, media: Media) {
    let so_far = client.seen().from(from, media).packets;
    let more = |seen: &Seen| seen.from(from, media).packets >= so_far + ENOUGH;
    let what = match media {
        Media::Audio => "hearing somebody",
        Media::Video => "seeing somebody",
    };
    if let Err(error) = client.until(what, SOON, more).await {
        let seen = client.seen();
        panic!("{error}; {from}: {:?}; tracks: {:?}; leave: {:?}", seen.from(from, media), seen.tracks, seen.leave);
    }
}

/// Waits until both hear and see each other from now on.
pub async fn meet(one: &Client, other: &Client) {
    let (one_is, other_is) = (one.seen().identity, other.seen().identity);
    for media in [Media::Audio, Media::Video] {
        tokio::join!(gets(one, &other_is, media), gets(other, &one_is, media));
    }
}

/// Publishes sound and pictures; answers the names of the two tracks.
pub async fn shows(client: &Client) -> [String; 2] {
    let audio = client.publish(Media::Audio).await.expect("sound can be published");
    let video = client.publish(Media::Video).await.expect("pictures can be published");
    [audio, video]
}
