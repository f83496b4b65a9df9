use std::collections::BTreeMap;

use domain::capacity::Profile;
use domain::{GivenRole, Identity, MeetingName, MeetingRole, Private, SiteId};
use jiff::{SignedDuration, Timestamp};
use protocol::token::{self, Claims, RoomConfig, VideoGrants};

use crate::app::App;
use crate::booking::view::RoleName;

/// The attribute by which signalling holds a meeting to a profile, and its value where sound comes first.
const MEETING_PROFILE: &str = "meeting.profile";
const AUDIO_FIRST: &str = "audio_first";

/// Somebody who may enter now.
pub(crate) struct Entrant<'a> {
    pub(crate) meeting: &'a MeetingName,
    pub(crate) identity: &'a Identity,
    pub(crate) name: &'a Private<String>,
    pub(crate) role: MeetingRole,
    /// What the moderation made of the person in this meeting.
    pub(crate) given: Option<GivenRole>,
    /// At most so many inside.
    pub(crate) capacity: u32,
    /// What the meeting shall take of the lines.
    pub(crate) profile: Profile,
    /// Where the person is at home: that counts where the address says nothing.
    pub(crate) home: Option<SiteId>,
    /// Since when the person stands at the door, if at all.
    pub(crate) waited_from: Option<Timestamp>,
}

/// Whoever was sent back is let in again with a token that is this much younger: the older ones are over up to that
/// moment, which the nodes know by the second and not all at once. Well within what clocks may differ by.
const AFTER_SENDING_BACK: SignedDuration = SignedDuration::from_secs(3);

/// Issues a join token: one meeting, one identity, a `jti`, minutes of life.
pub(crate) fn issue(app: &App, entrant: &Entrant<'_>) -> (Private<String>, Timestamp) {
    let (key, now) = (&app.config.token_key, app.now());
    let expires_at = now + app.config.token_ttl;
    let issued_at = entrant.waited_from.map_or(now, |from| now.max(from + AFTER_SENDING_BACK));
    let claims = Claims {
        iss: key.id().to_owned(),
        sub: entrant.identity.to_string(),
        jti: Some(app.new_id().to_string()),
        nbf: issued_at.as_second(),
        iat: Some(issued_at.as_second()),
        exp: expires_at.as_second(),
        name: entrant.name.expose().clone(),
        metadata: String::new(),
        attributes: attributes(entrant),
        video: VideoGrants {
            room: entrant.meeting.to_string(),
            room_join: true,
            can_publish: Some(entrant.given.is_none_or(GivenRole::may_publish)),
            can_subscribe: Some(true),
            can_publish_data: Some(true),
            can_update_own_metadata: true,
            ..VideoGrants::default()
        },
        room_config: Some(RoomConfig { max_participants: entrant.capacity }),
        home_site: entrant.home.map(|site| site.to_string()),
        kind: String::new(),
    };
    (Private::new(token::sign(&claims, key)), expires_at)
}

/// The two ends of a trial: what one sends arrives at the other.
const TRIAL_ENDS: [&str; 2] = ["near", "far"];
/// So long a trial may begin.
const TRIAL_TTL: SignedDuration = SignedDuration::from_secs(60);

/// Issues the two tokens of a trial: a meeting of its own in which one browser sends to itself,
/// data only.
pub(crate) fn issue_trial(app: &App) -> ([Private<String>; 2], Timestamp) {
    let (key, now) = (&app.config.token_key, app.now());
    let expires_at = now + TRIAL_TTL;
    let meeting = MeetingName::trial(app.new_id());
    let tokens = TRIAL_ENDS.map(|end| {
        let claims = Claims {
            iss: key.id().to_owned(),
            sub: end.to_owned(),
            jti: Some(app.new_id().to_string()),
            nbf: now.as_second(),
            iat: Some(now.as_second()),
            exp: expires_at.as_second(),
            name: String::new(),
            metadata: String::new(),
            attributes: BTreeMap::new(),
            video: VideoGrants {
                room: meeting.to_string(),
                room_join: true,
                can_publish: Some(false),
                can_subscribe: Some(false),
                can_publish_data: Some(true),
                ..VideoGrants::default()
            },
            room_config: Some(RoomConfig { max_participants: TRIAL_ENDS.len() as u32 }),
            home_site: None,
            kind: String::new(),
        };
        Private::new(token::sign(&claims, key))
    });
    (tokens, expires_at)
}

/// As what others see the person; clients cannot change these themselves.
fn attributes(entrant: &Entrant<'_>) -> BTreeMap<String, String> {
    let role = ("role".to_owned(), RoleName::from(entrant.role).as_str().to_owned());
    let part = entrant.given.and_then(GivenRole::part).map(|part| ("part".to_owned(), part.to_owned()));
    let is_held = entrant.profile == Profile::AudioFirst;
    let profile = is_held.then(|| (MEETING_PROFILE.to_owned(), AUDIO_FIRST.to_owned()));
    [role].into_iter().chain(part).chain(profile).collect()
}
