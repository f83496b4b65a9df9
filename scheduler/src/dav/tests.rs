use domain::{Role, RoomKind};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::testing::{Program, basic, texts};
use crate::testing::{BASE, Bench, Caller};

async fn program(bench: &Bench) -> (Program<'_>, Caller) {
    let anna = bench.person("Anna", &[]).await;
    (Program::new(bench, &anna).await, anna)
}

fn id(shown: &Value) -> String {
    shown["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_program_finds_the_calendar_from_the_host_alone() {
    let bench = Bench::new().await;
    let (program, anna) = program(&bench).await;
    let begin = program.ask("PROPFIND", "/.well-known/caldav", &[("depth", "0")], "").await;
    assert_eq!(begin.is(301).headers["location"], "/caldav/");
    let root = program.find("/caldav/", "0", "<current-user-principal/><resourcetype/>").await;
    let principal = format!("/caldav/people/{}/", anna.id);
    assert!(root.is(207).text.contains(&format!("<d:current-user-principal><d:href>{principal}<")), "{}", root.text);
    let asked = "<c:calendar-home-set/><c:calendar-user-address-set/><displayname/><c:schedule-inbox-URL/>";
    let found = program.find(&principal, "0", asked).await;
    let home = format!("/caldav/calendars/{}/", anna.id);
    assert!(found.is(207).text.contains(&format!("<c:calendar-home-set><d:href>{home}<")), "{}", found.text);
    assert!(found.text.contains("<d:href>mailto:anna@example.org</d:href>"), "{}", found.text);
    assert!(found.text.contains("<c:schedule-inbox-URL/></d:prop><d:status>HTTP/1.1 404 Not Found"), "{}", found.text);
    let asked = "<resourcetype/><displayname/><c:supported-calendar-component-set/><sync-token/><s:getctag/>\
                 <current-user-privilege-set/><supported-report-set/>";
    let calendars = program.find(&home, "1", asked).await;
    assert_eq!(texts(calendars.is(207), "d:displayname"), ["Rennsteig", "Rennsteig"], "the home and the calendar");
    assert!(calendars.text.contains("<d:collection/><c:calendar/>"), "{}", calendars.text);
    assert!(calendars.text.contains("<c:comp name=\"VEVENT\"/>"), "{}", calendars.text);
    assert_eq!(texts(&calendars, "d:sync-token"), texts(&calendars, "s:getctag"));
    assert_eq!(calendars.headers["dav"], "1, 3, calendar-access");
    let options = bench.at("OPTIONS".parse().expect("a method"), "/caldav/").send().await;
    assert_eq!(options.is(204).headers["dav"], "1, 3, calendar-access");
    let known = options.headers["allow"].to_str().expect("ASCII");
    assert!(known.contains("PROPFIND") && known.contains("REPORT"), "{known}");
}

#[tokio::test]
async fn everything_that_is_asked_for_can_be_asked_for_at_once() {
    let bench = Bench::new().await;
    let (program, anna) = program(&bench).await;
    let path = program.calendar(&anna);
    for body in ["", "<propfind xmlns=\"DAV:\"><allprop/></propfind>"] {
        let all = program.ask("PROPFIND", &path, &[("depth", "0")], body).await;
        assert!(all.is(207).text.contains("<d:displayname>Rennsteig</d:displayname>"), "{}", all.text);
        assert!(!all.text.contains("404"), "{}", all.text);
    }
    let body = "<propfind xmlns=\"DAV:\"><propname/></propfind>";
    let names = program.ask("PROPFIND", &path, &[("depth", "0")], body).await;
    assert!(names.is(207).text.contains("<d:displayname/>"), "{}", names.text);
}

#[tokio::test]
async fn only_a_password_made_for_a_program_signs_in() {
    let bench = Bench::new().await;
    let (program, anna) = program(&bench).await;
    let path = program.calendar(&anna);
    let ask = |header: String| bench.at("PROPFIND".parse().expect("a method"), &path).header("authorization", &header);
    let refused = bench.at("PROPFIND".parse().expect("a method"), &path).by(&anna).send().await;
    assert!(refused.is(401).headers["www-authenticate"].to_str().expect("ASCII").starts_with("Basic "), "no cookie");
    for (address, password) in [("anna@example.org", "wrong"), ("jonas@example.org", "abcde"), ("", "")] {
        ask(basic(address, password)).send().await.is(401);
    }
    for header in ["Basic", "Basic !!!", "Basic YQ==", "Bearer x", &format!("Basic {}", "A".repeat(5_000))] {
        ask(header.to_owned()).send().await.is(401);
    }
    // Of somebody else, the same password opens nothing.
    let jonas = bench.person("Jonas", &[]).await;
    let made = bench.post("/app-passwords").by(&jonas).json(&json!({ "label": "x" })).await;
    let password = made.is(201).body["password"].as_str().expect("a password").to_owned();
    ask(basic("anna@example.org", &password)).send().await.is(401);
    // However it is typed.
    let typed = password.replace('-', "").to_uppercase();
    let own = bench.at("PROPFIND".parse().expect("a method"), "/caldav/").header("depth", "0");
    own.header("authorization", &basic("Jonas@Example.org", &typed)).send().await.is(207);
    let listed = bench.get("/app-passwords").by(&jonas).send().await;
    assert_eq!(listed.body["items"][0]["used_on"], "2026-11-23", "the day and no more");
    // Ended, it opens nothing any more.
    let ending = format!("/app-passwords/{}", listed.body["items"][0]["id"].as_str().expect("an id"));
    bench.delete(&ending).by(&jonas).send().await.is(204);
    let own = bench.at("PROPFIND".parse().expect("a method"), "/caldav/").header("depth", "0");
    own.header("authorization", &basic("jonas@example.org", &password)).send().await.is(401);
}

#[tokio::test]
async fn a_closed_account_reads_nothing() {
    let bench = Bench::new().await;
    let (program, anna) = program(&bench).await;
    let admin = bench.person("Admin", &[Role::Administrator]).await;
    program.find("/caldav/", "0", "<resourcetype/>").await.is(207);
    let path = format!("/people/{}", anna.id);
    bench.ask("PATCH".parse().expect("a method"), &path).by(&admin).json(&json!({ "disabled": true })).await.is(200);
    program.find("/caldav/", "0", "<resourcetype/>").await.is(401);
}

#[tokio::test]
async fn who_guesses_is_slowed_down_and_keeps_out_nobody_else() {
    let bench = Bench::new().await;
    let (program, _) = program(&bench).await;
    let guess = || {
        let asking = bench.at("PROPFIND".parse().expect("a method"), "/caldav/").from("192.0.2.7:4000");
        asking.header("depth", "0").header("authorization", &basic("anna@example.org", "wrong")).send()
    };
    for _ in 0..30 {
        guess().await.is(401);
    }
    let slowed = guess().await;
    assert_eq!(slowed.is(429).headers["retry-after"], "600");
    program.find("/caldav/", "0", "<resourcetype/>").await.is(207);
    bench.clock.advance(SignedDuration::from_mins(10));
    guess().await.is(401);
}

#[tokio::test]
async fn a_calendar_has_what_one_organises_or_is_invited_to_with_what_one_may_know() {
    let bench = Bench::new().await;
    let (program, anna) = program(&bench).await;
    let jonas = bench.person("Jonas", &[]).await;
    let room = bench.room(RoomKind::Physical, "Sitzungszimmer", 12).await;
    let own = json!({
        "title": "Eigene", "rooms": [room], "people": [{ "person": jonas.id, "role": "moderator" }],
        "guests": [{ "name": "Gast, \"von\" außen", "email": "gast@example.org" }, { "name": "Ohne Adresse" }],
    });
    let own = id(&bench.booked(&anna, own).await);
    let invites = json!({
        "title": "Eingeladen", "people": [{ "person": anna.id, "role": "participant" }],
        "guests": [{ "name": "Fremd", "email": "fremd@example.org" }],
    });
    let invited = id(&bench.booked(&jonas, invites).await);
    let foreign = id(&bench.booked(&jonas, json!({ "title": "Ohne Anna" })).await);

    let listed = program.find(&program.calendar(&anna), "1", "<getetag/><resourcetype/>").await;
    let mut hrefs = texts(listed.is(207), "d:href");
    hrefs.sort_unstable();
    let place = |id: &str| format!("{}{id}.ics", program.calendar(&anna));
    let mut wanted = [program.calendar(&anna), place(&own), place(&invited)];
    wanted.sort();
    assert_eq!(hrefs, wanted);

    let read = program.ask("GET", &place(&own), &[], "").await;
    let file = read.is(200).text.replace("\r\n ", "");
    assert_eq!(read.headers["content-type"], "text/calendar; charset=utf-8; component=VEVENT");
    assert!(!file.contains("METHOD:"), "RFC 4791, 4.1: {file}");
    assert!(file.contains(&format!("UID:{own}@rennsteig")), "{file}");
    assert!(
        file.contains("ROLE=CHAIR;CN=\"Jonas\";PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:jonas@example.org"),
        "{file}"
    );
    assert!(file.contains("CN=\"Gast, von außen\";PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:gast@example.org"), "{file}");
    assert!(
        file.contains(&format!(
            "CUTYPE=ROOM;ROLE=NON-PARTICIPANT;PARTSTAT=ACCEPTED;CN=\"Sitzungszimmer\":urn:uuid:{room}"
        )),
        "{file}"
    );
    assert!(!file.contains('#'), "no guest's link: {file}");
    let again = program.ask("GET", &place(&own), &[("if-none-match", read.etag())], "").await;
    again.is(304);

    let read = program.ask("GET", &place(&invited), &[], "").await;
    let file = read.is(200).text.replace("\r\n ", "");
    assert!(file.contains("ORGANIZER;CN=\"Jonas\":mailto:jonas@example.org"), "{file}");
    assert!(file.contains(":mailto:anna@example.org") && !file.contains("fremd@example.org"), "{file}");
    for nothing in [place(&foreign), place("x"), format!("{}x.ics", program.calendar(&jonas))] {
        program.ask("GET", &nothing, &[], "").await.is(404);
    }
    // In the name of somebody else, one's own password opens nothing.
    let as_jonas = format!("/caldav/calendars/{}/{}/", jonas.id, jonas.id);
    program.find(&as_jonas, "1", "<getetag/>").await.is(404);
}

#[tokio::test]
async fn the_calendar_of_somebody_one_acts_for_hangs_beside_ones_own() {
    let bench = Bench::new().await;
    let (program, anna) = program(&bench).await;
    let (boss, jonas) = (bench.person("Boss", &[]).await, bench.person("Jonas", &[]).await);
    let of_boss = id(&bench.booked(&boss, json!({ "title": "Chefsache" })).await);
    let invites = json!({ "title": "Fremd", "people": [{ "person": boss.id, "role": "participant" }] });
    bench.booked(&jonas, invites).await;
    let home = format!("/caldav/calendars/{}/", anna.id);
    program.find(&program.calendar(&boss), "1", "<getetag/>").await.is(404);
    bench.delegate(&boss, &anna, &["see_busy"]).await;
    program.find(&program.calendar(&boss), "1", "<getetag/>").await.is(404);
    bench.delegate(&boss, &anna, &["see_all"]).await;
    let calendars = program.find(&home, "1", "<displayname/>").await;
    assert_eq!(texts(calendars.is(207), "d:displayname"), ["Rennsteig", "Rennsteig", "Rennsteig: Boss"]);
    let listed = program.find(&program.calendar(&boss), "1", "<getetag/>").await;
    let place = format!("{}{of_boss}.ics", program.calendar(&boss));
    assert_eq!(texts(listed.is(207), "d:href"), [program.calendar(&boss), place], "but for what others organise");
    let busy =
        "<c:free-busy-query><c:time-range start=\"20261123T000000Z\" end=\"20261130T000000Z\"/></c:free-busy-query>"
            .replacen('>', " xmlns:c=\"urn:ietf:params:xml:ns:caldav\">", 1);
    let asked = program.ask("REPORT", &program.calendar(&boss), &[], &busy).await;
    assert!(asked.is(200).text.contains("FREEBUSY;FBTYPE=BUSY:20261124T090000Z/20261124T100000Z"), "{}", asked.text);
}

#[tokio::test]
async fn what_has_changed_is_told_and_what_is_gone_too() {
    let bench = Bench::new().await;
    let (program, anna) = program(&bench).await;
    let jonas = bench.person("Jonas", &[]).await;
    let one = bench.booked(&anna, json!({ "title": "Eins" })).await;
    let two = bench.booked(&anna, json!({ "title": "Zwei" })).await;
    let invites = json!({ "title": "Drei", "people": [{ "person": anna.id, "role": "participant" }] });
    let three = bench.booked(&jonas, invites).await;
    let place = |shown: &Value| format!("{}{}.ics", program.calendar(&anna), id(shown));

    let first = program.sync("").await;
    assert_eq!(texts(first.is(207), "d:href").len(), 3);
    let token = texts(&first, "d:sync-token")[0].to_owned();
    let nothing = program.sync(&token).await;
    assert!(texts(nothing.is(207), "d:href").is_empty());
    assert_eq!(texts(&nothing, "d:sync-token"), [token.as_str()]);

    let cancelled =
        bench.post(&format!("/bookings/{}/cancel", id(&one))).by(&anna).header("if-match", "\"1\"").send().await;
    cancelled.is(200);
    let changed = bench.put(&format!("/bookings/{}", id(&two))).by(&anna).header("if-match", "\"1\"");
    changed.json(&crate::testing::booking(json!({ "title": "Zwei, anders" }))).await.is(200);
    let uninvited = bench.put(&format!("/bookings/{}", id(&three))).by(&jonas).header("if-match", "\"1\"");
    uninvited.json(&crate::testing::booking(json!({ "title": "Drei" }))).await.is(200);
    let news = program.sync(&token).await;
    let gone: Vec<&str> = texts(news.is(207), "d:response")
        .into_iter()
        .filter(|one| one.contains("HTTP/1.1 404 Not Found") && !one.contains("propstat"))
        .collect();
    assert_eq!(gone.len(), 2, "{}", news.text);
    assert!(gone.iter().any(|said| said.contains(&place(&one))), "cancelled: {}", news.text);
    assert!(gone.iter().any(|said| said.contains(&place(&three))), "uninvited: {}", news.text);
    assert!(news.text.contains(&place(&two)) && news.text.contains("<d:getetag>"), "{}", news.text);
    assert_ne!(texts(&news, "d:sync-token"), [token.as_str()]);

    // A token that is not ours, or was forgotten.
    for token in ["data:,rennsteig-00000000000000000000000000000000", "x"] {
        let refused = program.sync(token).await;
        assert!(refused.is(403).text.contains("<d:valid-sync-token/>"), "{}", refused.text);
    }
    bench.clock.advance(SignedDuration::from_hours(24 * 62));
    bench.scheduler.tidy_up(domain::Clock::now(bench.clock.as_ref())).await.expect("the database is there");
    assert!(program.sync(&token).await.is(403).text.contains("<d:valid-sync-token/>"));
}

#[tokio::test]
async fn an_answer_that_came_by_mail_changes_the_mark() {
    let bench = Bench::new().await;
    let (program, anna) = program(&bench).await;
    let shown = bench.booked(&anna, json!({ "guests": [{ "name": "Gast", "email": "gast@example.org" }] })).await;
    let place = format!("{}{}.ics", program.calendar(&anna), id(&shown));
    let before = program.ask("GET", &place, &[], "").await;
    let mut unit = bench.store.begin().await.expect("the database is there");
    let booking = id(&shown).parse().expect("an id");
    let invitation = unit.invitations_of(booking).await.expect("readable").remove(0);
    let reply =
        domain::Reply { answer: Some(domain::Answer::Declined), ..domain::Reply::awaited(invitation.id, None, 0) };
    unit.save_reply(&reply).await.expect("writable");
    unit.commit().await.expect("writable");
    let after = program.ask("GET", &place, &[("if-none-match", before.etag())], "").await;
    assert!(after.is(200).text.replace("\r\n ", "").contains("PARTSTAT=DECLINED:mailto:gast@example.org"));
}

#[tokio::test]
async fn entries_are_asked_for_by_time_by_name_and_by_what_they_hold() {
    let bench = Bench::new().await;
    let (program, anna) = program(&bench).await;
    let weekly = json!({ "title": "Jour fixe", "recurrence": { "rule": "FREQ=WEEKLY;COUNT=10" } });
    let weekly = id(&bench.booked(&anna, weekly).await);
    let once = json!({ "title": "Einmal", "start": "2026-12-02T10:00", "end": "2026-12-02T11:00" });
    let once = id(&bench.booked(&anna, once).await);
    let query = async |inner: &str| {
        let body = format!(
            "<c:calendar-query><d:prop><d:getetag/><c:calendar-data/></d:prop><c:filter>\
             <c:comp-filter name=\"VCALENDAR\"><c:comp-filter name=\"VEVENT\">{inner}</c:comp-filter></c:comp-filter>\
             </c:filter></c:calendar-query>"
        );
        program.report(&body).await
    };
    let within = |start: &str, end: &str| format!("<c:time-range start=\"{start}\" end=\"{end}\"/>");
    let count = |answer: &crate::testing::Answer| texts(answer.is(207), "d:href").len();
    assert_eq!(count(&query("").await), 2);
    let third = query(&within("20261208T000000Z", "20261209T000000Z")).await;
    assert!(count(&third) == 1 && third.text.contains(&weekly), "the third date: {}", third.text);
    assert!(third.text.contains("RRULE:FREQ=WEEKLY;COUNT=10"), "{}", third.text);
    assert_eq!(count(&query(&within("20261208T101500Z", "20261209T000000Z")).await), 0);
    let both = query(&within("20261130T000000Z", "20261203T000000Z")).await;
    assert_eq!(count(&both), 2);
    let uid = format!(
        "<c:prop-filter name=\"UID\"><c:text-match collation=\"i;octet\">{once}@rennsteig</c:text-match></c:prop-filter>"
    );
    assert!(query(&uid).await.is(207).text.contains(&format!("{once}.ics")));
    let asked = async |data: &str| {
        let body = format!(
            "<c:calendar-query><d:prop><c:calendar-data>{data}</c:calendar-data></d:prop><c:filter>\
             <c:comp-filter name=\"VCALENDAR\"/></c:filter></c:calendar-query>"
        );
        program.report(&body).await
    };
    let expanded = asked("<c:expand start=\"20261208T000000Z\" end=\"20261216T000000Z\"/>").await;
    let text = &expanded.is(207).text;
    for line in ["RECURRENCE-ID:20261208T090000Z", "DTSTART:20261208T090000Z", "DTEND:20261215T100000Z"] {
        assert!(text.contains(&format!("\n{line}\n")), "{line}: {text}");
    }
    assert!(!text.contains("RRULE") && !text.contains("20261201") && !text.contains("VTIMEZONE"), "{text}");
    for wrong in [
        "<c:expand/>",
        "<c:expand start=\"20261208T000000Z\" end=\"20261216T000000Z\"/><c:limit-recurrence-set \
        start=\"20261208T000000Z\" end=\"20261216T000000Z\"/>",
        "<c:prop/>",
    ] {
        assert!(asked(wrong).await.is(403).text.contains("<c:supported-calendar-data/>"), "{wrong}");
    }

    let known = format!("{}{once}.ics", program.calendar(&anna));
    let multiget = format!(
        "<c:calendar-multiget><d:prop><d:getetag/><c:calendar-data/></d:prop>\
         <d:href>{BASE}{known}</d:href><d:href>/caldav/nothing&amp;.ics</d:href></c:calendar-multiget>"
    );
    let told = program.report(&multiget).await;
    assert!(told.is(207).text.contains("SUMMARY:Einmal"), "{}", told.text);
    assert!(
        told.text.contains("<d:href>/caldav/nothing&amp;.ics</d:href><d:status>HTTP/1.1 404 Not Found"),
        "{}",
        told.text
    );

    let busy =
        "<c:free-busy-query><c:time-range start=\"20261201T000000Z\" end=\"20261203T000000Z\"/></c:free-busy-query>";
    let busy = program.report(busy).await;
    let times: Vec<&str> = busy.is(200).text.lines().filter(|line| line.starts_with("FREEBUSY")).collect();
    assert_eq!(
        times,
        [
            "FREEBUSY;FBTYPE=BUSY:20261201T090000Z/20261201T100000Z",
            "FREEBUSY;FBTYPE=BUSY:20261202T090000Z/20261202T100000Z"
        ]
    );
}

#[tokio::test]
async fn what_cannot_be_followed_gets_a_precise_answer() {
    let bench = Bench::new().await;
    let (program, anna) = program(&bench).await;
    let path = program.calendar(&anna);
    for headers in [&[][..], &[("depth", "infinity")]] {
        let answer = program.ask("PROPFIND", &path, headers, "").await;
        assert!(answer.is(403).text.contains("<d:propfind-finite-depth/>"), "{}", answer.text);
    }
    let depth = [("depth", "0")];
    let bodies = [
        ("<!DOCTYPE x [<!ENTITY a \"b\">]><propfind xmlns=\"DAV:\"><prop>&a;</prop></propfind>", "DOCTYPE"),
        ("<propfind xmlns=\"DAV:\"><prop>&a;</prop></propfind>", "entities"),
        (&"<a>".repeat(10_000), "32 deep"),
        ("<propfind", "well-formed"),
        ("<sync xmlns=\"DAV:\"/>", "propfind"),
        ("<propfind xmlns=\"DAV:\"/>", "propname"),
    ];
    for (body, why) in bodies {
        let answer = program.ask("PROPFIND", &path, &depth, body).await;
        assert!(answer.is(400).text.contains(why), "{why}: {}", answer.text);
    }
    program.ask("PROPFIND", &path, &depth, &" ".repeat(512 * 1024 + 1)).await.is(413);
    program.ask("PROPFIND", &path, &[("depth", "2")], "").await.is(400);
    let unknown = program.report("<c:calendar-magic></c:calendar-magic>").await;
    assert!(unknown.is(403).text.contains("<d:supported-report/>"), "{}", unknown.text);
    let elsewhere = program.ask("REPORT", "/caldav/", &[], "<sync-collection xmlns=\"DAV:\"/>").await;
    assert!(elsewhere.is(403).text.contains("<d:supported-report/>"), "{}", elsewhere.text);
    let limited = "<d:sync-collection><d:sync-token/><d:limit><d:nresults>1</d:nresults></d:limit><d:prop><d:getetag/>\
                   </d:prop></d:sync-collection>";
    program.report(limited).await.is(207);
    bench.booked(&anna, json!({})).await;
    bench.booked(&anna, json!({})).await;
    let limited = program.report(limited).await;
    assert!(limited.is(507).text.contains("<d:number-of-matches-within-limits/>"), "{}", limited.text);
    let change = "<propertyupdate xmlns=\"DAV:\"><set><prop><displayname>x</displayname></prop></set></propertyupdate>";
    let refused = program.ask("PROPPATCH", &path, &[], change).await;
    assert!(refused.is(207).text.contains("<d:displayname/></d:prop><d:status>HTTP/1.1 403"), "{}", refused.text);
    for method in ["PUT", "DELETE"] {
        let answer = program.ask(method, &path, &[], "BEGIN:VCALENDAR\nEND:VCALENDAR\n").await;
        answer.is(403);
    }
    for method in ["MKCALENDAR", "MKCOL", "LOCK", "POST"] {
        let answer = program.ask(method, &path, &[], "").await;
        assert!(answer.is(405).headers["allow"].to_str().expect("ASCII").contains("PROPFIND"), "{method}");
    }
    program.ask("GET", &path, &[], "").await.is(405);
    program.ask("GET", "/caldav/elsewhere/", &[], "").await.is(404);
}
