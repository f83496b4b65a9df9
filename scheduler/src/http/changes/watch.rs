use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use cluster::{Event, EventStream};
use domain::policy::Action;
use domain::{BookingId, PersonId};
use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use tokio::time::{Instant, timeout_at};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::actor::{Credential, SignedIn};
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::open_pages::Place;

/// What happens within so long of each other is told together.
const GATHER: Duration = Duration::from_millis(500);
/// How often it is asked whether who listens is still signed in, if nothing happens.
const ASK_AGAIN: Duration = Duration::from_secs(60);

/// What changed: whoever shows it reads it again.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Changed {
    /// Bookings one organises, booked, is invited to, or sees for who one acts for.
    #[schema(value_type = Vec<Uuid>)]
    bookings: BTreeSet<BookingId>,
    /// Something about rooms: what holds them, their rules, what is asked for, the waiting list.
    rooms: bool,
}

/// What changes of what one can see, as an event stream: event `changed`, once empty at the beginning. A hint to read again:
/// one may be lost, and nothing is told of the time before. Listening does not keep the session alive; the stream ends
/// with it, and with the account. At most 8 streams of one person at a time on a node.
#[utoipa::path(get, path = "/changes", tag = "bookings", responses(
    (status = 200, description = "Events `changed`", body = Changed, content_type = "text/event-stream"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 429, description = "too_many_streams", body = ProblemBody),
))]
pub(crate) async fn watch_changes(State(app): State<Arc<App>>, who: SignedIn) -> Result<Response, Problem> {
    let place = app.open_pages.enter(who.id()).ok_or_else(|| {
        Problem::new(Code::TooManyStreams, "At most 8 pages of one person are told at a time: ask again now and then.")
    })?;
    let events = app.cluster.bus.events().await?;
    let watch = Watch {
        person: who.id(),
        mine: sees(&who),
        credential: who.credential,
        ask_at: Instant::now() + ASK_AGAIN,
        app,
        events,
        is_open: false,
        _place: place,
    };
    let told = stream::unfold(watch, |mut watch| async move {
        let changed = watch.next().await?;
        Some((changed, watch))
    });
    let told = told.map(|changed| {
        let data = serde_json::to_string(&changed).expect("ids are JSON");
        Ok::<_, Infallible>(sse::Event::default().event("changed").data(data))
    });
    Ok(Sse::new(told).keep_alive(KeepAlive::default()).into_response())
}

/// Whose bookings the person sees.
fn sees(who: &SignedIn) -> BTreeSet<PersonId> {
    let principals = who.actor.delegations.iter().map(|one| one.principal);
    let seen = principals.filter(|one| who.may(Action::SeeBusyOf(*one)) || who.may(Action::SeeBookingsOf(*one)));
    seen.chain([who.id()]).collect()
}

struct Watch {
    app: Arc<App>,
    person: PersonId,
    credential: Credential,
    mine: BTreeSet<PersonId>,
    ask_at: Instant,
    events: EventStream,
    is_open: bool,
    /// Free for another page once this stream is over.
    _place: Place,
}

impl Watch {
    async fn next(&mut self) -> Option<Changed> {
        if !std::mem::replace(&mut self.is_open, true) {
            return Some(Changed::default());
        }
        let mut changed = Changed::default();
        // What concerns the person, until it is told.
        let mut own = Vec::new();
        let mut tell_at: Option<Instant> = None;
        loop {
            match timeout_at(tell_at.unwrap_or(self.ask_at), self.events.next()).await {
                Ok(Some(Event::AccessChanged { person })) if person == self.person => self.ask().await?,
                Ok(Some(event)) => {
                    let Some(concern) = concern(&event, &self.mine) else { continue };
                    tell_at.get_or_insert_with(|| Instant::now() + GATHER);
                    match concern {
                        Concern::Own => own.push(event),
                        Concern::Rooms => changed.rooms = true,
                    }
                }
                // The bus is gone: whoever listens comes back.
                Ok(None) => return None,
                Err(_) => {
                    // Whoever signed out meanwhile hears of no booking any more, nor who acts for nobody any more.
                    if tell_at.take().is_none() || !own.is_empty() {
                        self.ask().await?;
                    }
                    own.drain(..).for_each(|event| changed.note(&event, &self.mine));
                    if changed != Changed::default() {
                        return Some(changed);
                    }
                }
            }
        }
    }

    async fn ask(&mut self) -> Option<()> {
        let who = self.app.known(self.credential).await.ok()??.who;
        self.mine = sees(&who);
        self.ask_at = Instant::now() + ASK_AGAIN;
        Some(())
    }
}

/// Why something is told.
enum Concern {
    /// It concerns the person, or somebody the person acts for.
    Own,
    /// It concerns everybody, because rooms are held otherwise.
    Rooms,
}

fn concern(event: &Event, mine: &BTreeSet<PersonId>) -> Option<Concern> {
    let Event::PagesChanged { people, rooms, .. } = event else { return None };
    match people.iter().any(|one| mine.contains(one)) {
        true => Some(Concern::Own),
        false => rooms.then_some(Concern::Rooms),
    }
}

impl Changed {
    fn note(&mut self, event: &Event, mine: &BTreeSet<PersonId>) {
        let (Event::PagesChanged { booking, .. }, Some(concern)) = (event, concern(event, mine)) else { return };
        if let Concern::Own = concern {
            self.bookings.extend(*booking);
        }
        // An offer of the waiting list concerns its person alone.
        self.rooms = true;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::{Role, RoomKind};
    use http::Method;
    use serde_json::json;
    use tokio::time::timeout;

    use crate::testing::Bench;

    /// Far less than a stream takes to look by itself.
    const SOON: Duration = Duration::from_secs(5);

    fn id(shown: &serde_json::Value) -> &str {
        shown["id"].as_str().expect("an id")
    }

    #[tokio::test]
    async fn who_is_concerned_hears_of_a_booking_and_others_only_that_rooms_are_held_otherwise() {
        let bench = Bench::new().await;
        let [anna, ben, cleo] =
            [bench.person("Anna", &[]).await, bench.person("Ben", &[]).await, bench.person("Cleo", &[]).await];
        let assistant = bench.person("Assistant", &[]).await;
        bench.delegate(&ben, &assistant, &["see_busy"]).await;
        let mut streams = Vec::new();
        for caller in [&anna, &ben, &assistant, &cleo] {
            let mut events = bench.get("/changes").by(caller).stream().await;
            assert_eq!(events.next().await, Some(("changed".into(), json!({ "bookings": [], "rooms": false }))));
            streams.push(events);
        }
        let room = bench.room(RoomKind::Physical, "Saal", 12).await;
        let people = json!([{ "person": ben.id, "role": "participant" }]);
        let shown = bench.booked(&anna, json!({ "rooms": [room], "people": people })).await;
        let concerned = json!({ "bookings": [id(&shown)], "rooms": true });
        for events in &mut streams[..3] {
            assert_eq!(events.next().await, Some(("changed".into(), concerned.clone())));
        }
        let others = json!({ "bookings": [], "rooms": true });
        assert_eq!(streams[3].next().await, Some(("changed".into(), others)));

        // Several in a row are told together.
        let path = format!("/bookings/{}/cancel", id(&shown));
        bench.post(&path).by(&anna).header("if-match", "\"1\"").send().await.is(200);
        let more = bench.booked(&anna, json!({ "rooms": [room] })).await;
        let (_, data) = streams[0].next().await.expect("an event");
        assert_eq!(data["bookings"].as_array().map(Vec::len), Some(2), "{data} {}", id(&more));
    }

    #[tokio::test]
    async fn an_offer_of_the_waiting_list_is_told_to_who_waits() {
        let bench = Bench::new().await;
        let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
        let room = bench.room(RoomKind::Physical, "Saal", 12).await;
        let shown = bench.booked(&anna, json!({ "rooms": [room] })).await;
        let wait = json!({ "room": room, "start": "2026-11-24T09:00:00Z", "end": "2026-11-24T10:00:00Z" });
        bench.post("/room-waits").by(&ben).json(&wait).await.is(201);
        let path = format!("/bookings/{}/cancel", id(&shown));
        bench.post(&path).by(&anna).header("if-match", "\"1\"").send().await.is(200);
        let mut events = bench.get("/changes").by(&ben).stream().await;
        events.next().await.expect("it opens");
        assert_eq!(bench.scheduler.offer_rooms().await.expect("the database is there"), 1);
        assert_eq!(events.next().await, Some(("changed".into(), json!({ "bookings": [], "rooms": true }))));
    }

    #[tokio::test]
    async fn who_signed_out_hears_of_no_booking_any_more() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let mut events = bench.get("/changes").by(&anna).stream().await;
        events.next().await.expect("it opens");
        bench.delete("/session").by(&anna).send().await.is(204);
        let again = bench.signed_in(anna.id).await;
        bench.booked(&again, json!({})).await;
        assert_eq!(events.next().await, None);
    }

    #[tokio::test]
    async fn who_signs_out_or_gets_another_password_hears_nothing_more_at_once() {
        let bench = Bench::new().await;
        let admin = bench.person("Admin", &[Role::Administrator]).await;
        for way in ["sign out", "password"] {
            let anna = bench.person(way, &[]).await;
            let mut events = bench.get("/changes").by(&anna).stream().await;
            events.next().await.expect("it opens");
            if way == "password" {
                let change = json!({ "password": "ganz neu und lang" });
                let asking = bench.ask(Method::PATCH, &format!("/people/{}", anna.id)).by(&admin);
                asking.json(&change).await.is(200);
            } else {
                bench.delete("/session").by(&anna).send().await.is(204);
            }
            let over = timeout(SOON, events.next()).await;
            assert_eq!(over.expect("the stream ends before anything happens"), None, "{way}");
        }
    }

    #[tokio::test]
    async fn who_acts_for_nobody_any_more_hears_of_no_booking_of_theirs() {
        let bench = Bench::new().await;
        let (ben, assistant) = (bench.person("Ben", &[]).await, bench.person("Assistant", &[]).await);
        bench.delegate(&ben, &assistant, &["see_busy"]).await;
        let held = bench.get("/delegations").by(&assistant).send().await;
        let path = format!("/delegations/{}", held.body["held"][0]["id"].as_str().expect("an id"));
        let mut events = bench.get("/changes").by(&assistant).stream().await;
        events.next().await.expect("it opens");
        // What happened a moment before the end is not told after it either.
        bench.booked(&ben, json!({})).await;
        bench.delete(&path).by(&ben).send().await.is(204);
        bench.booked(&ben, json!({ "title": "Danach" })).await;
        let told = timeout(SOON, events.next()).await.expect("that rooms are held otherwise is told to everybody");
        assert_eq!(told, Some(("changed".into(), json!({ "bookings": [], "rooms": true }))));
    }

    #[tokio::test]
    async fn one_person_has_a_bounded_number_of_streams_and_an_ended_one_makes_room() {
        let bench = Bench::new().await;
        let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
        let mut streams = Vec::new();
        for _ in 0..crate::open_pages::STREAMS_OF_ONE {
            streams.push(bench.get("/changes").by(&anna).stream().await);
        }
        bench.get("/changes").by(&anna).send().await.is_problem(429, "too_many_streams");
        streams.push(bench.get("/changes").by(&ben).stream().await);
        drop(streams.remove(0));
        bench.get("/changes").by(&anna).stream().await.next().await.expect("it opens");
    }
}
