use std::sync::Arc;

use cluster::{Cluster, ClusterError, Command, Event, Revocation};
use domain::{Clock, Identity, MeetingName};
use jiff::{SignedDuration, Timestamp};
use protocol::token::LEEWAY_SECONDS;
use storage::Store;
use uuid::Uuid;

use crate::closed_accounts::Told;
use crate::dav::caller::Paces;
use crate::http::calendar_feeds::pace::Pace;
use crate::open_pages::{self, OpenPages};
use crate::password::Passwords;
use crate::room_times::RoomTimes;
use crate::{Randomness, SchedulerConfig};

/// No token that somebody else made for a meeting is expected to live longer.
pub(crate) const FOREIGN_TOKENS: SignedDuration = SignedDuration::from_hours(24);

/// What every operation works with.
pub(crate) struct App {
    pub(crate) config: SchedulerConfig,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) cluster: Cluster,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) passwords: Passwords,
    /// How often calendar programs read.
    pub(crate) feeds: Pace,
    /// How often calendar programs ask that sign in.
    pub(crate) calendar_programs: Paces,
    /// When rooms are held.
    pub(crate) room_times: RoomTimes,
    /// Pages that are told what changes.
    pub(crate) open_pages: Arc<OpenPages>,
    /// Who was shut out of all meetings.
    pub(crate) closed: Told,
}

impl App {
    pub(crate) fn new(
        config: SchedulerConfig,
        store: Arc<dyn Store>,
        cluster: Cluster,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
    ) -> Self {
        Self {
            config,
            store,
            cluster,
            clock,
            randomness,
            passwords: Passwords::new(),
            feeds: Pace::default(),
            calendar_programs: Paces::default(),
            room_times: RoomTimes::default(),
            open_pages: Arc::default(),
            closed: Told::default(),
        }
    }

    /// Now, in whole seconds: what is stored compares equal with what is read back.
    pub(crate) fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_second(now.as_second()).unwrap_or(now)
    }

    /// A new version 7 id.
    pub(crate) fn new_id(&self) -> Uuid {
        let mut random = [0; 10];
        self.randomness.fill(&mut random);
        let millis = u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// A random number.
    pub(crate) fn draw(&self) -> u64 {
        let mut random = [0; 8];
        self.randomness.fill(&mut random);
        u64::from_le_bytes(random)
    }

    /// Tells everybody, this node's own memory first. An event is a hint: that it was lost is logged, not reported.
    pub(crate) async fn publish(&self, event: Event) {
        self.room_times.hear(self.store.as_ref(), &event).await;
        let told = open_pages::told(self.store.as_ref(), &event).await.unwrap_or_else(|error| {
            tracing::warn!(error = %error, "who is told of a change is not known: pages refresh later");
            None
        });
        for event in std::iter::once(event).chain(told) {
            if let Err(error) = self.cluster.bus.publish(event).await {
                tracing::warn!(error = %error, "an event could not be published: pages refresh later");
            }
        }
    }

    /// Ends the tokens of one participant, or of all, and tells the owner to send them away.
    /// Doing it twice does no harm.
    pub(crate) async fn shut_out(&self, meeting: &MeetingName, identity: Option<Identity>) -> Result<(), ClusterError> {
        self.revoke(meeting, identity, false).await
    }

    /// The same for one who shall never come back: tokens that others issued in advance are over as well.
    pub(crate) async fn remove_for_good(&self, meeting: &MeetingName, identity: Identity) -> Result<(), ClusterError> {
        self.revoke(meeting, Some(identity), true).await
    }

    async fn revoke(
        &self,
        meeting: &MeetingName,
        identity: Option<Identity>,
        for_good: bool,
    ) -> Result<(), ClusterError> {
        let now = self.now();
        let lifetime = self.config.token_ttl + SignedDuration::from_secs(LEEWAY_SECONDS as i64 + 1);
        let revocation = Revocation {
            meeting: meeting.clone(),
            identity: identity.clone(),
            token_id: None,
            issued_until: now,
            for_good,
            in_use: true,
            everywhere: false,
            // Our own tokens live for minutes, those of others for hours.
            forget_at: now + lifetime.max(FOREIGN_TOKENS),
        };
        self.cluster.revocations.revoke(revocation).await?;
        if let Some(lease) = self.cluster.directory.owner(meeting).await? {
            let meeting = meeting.clone();
            let command = match identity {
                Some(identity) => Command::RemoveParticipant { meeting, identity },
                None => Command::EndMeeting { meeting },
            };
            self.cluster.bus.send(&lease.owner, command).await?;
        }
        Ok(())
    }
}
