//! Requests as programs send them. Thunderbird's were recorded; those in the manner of DAVx5 and of Apple's calendar were
//! written after what is known of them, and no such program has been tried.

use serde_json::{Value, json};

use super::testing::{Program, texts};
use crate::testing::{Answer, Bench};

/// Thunderbird 153 asks for what has changed. `Depth: 1` is of a draft of RFC 6578; it sends `sync-level` as well.
async fn thunderbird_synchronises(program: &Program<'_>, path: &str, token: &str) -> Answer {
    let token = if token.is_empty() { "<sync-token/>".to_owned() } else { format!("<sync-token>{token}</sync-token>") };
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sync-collection xmlns=\"DAV:\">{token}<sync-level>1</sync-level>\
         <prop><getcontenttype/><getetag/></prop></sync-collection>"
    );
    program.ask("REPORT", path, &[("depth", "1"), ("content-type", "text/xml; charset=utf-8")], &body).await
}

#[tokio::test]
async fn thunderbird_synchronises_with_a_depth_of_one() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let program = Program::new(&bench, &anna).await;
    let path = program.calendar(&anna);
    bench.booked(&anna, json!({ "title": "Einmal" })).await;
    let all = thunderbird_synchronises(&program, &path, "").await;
    let hrefs: Vec<String> = texts(all.is(207), "d:href").into_iter().map(str::to_owned).collect();
    assert_eq!(hrefs.len(), 1, "{}", all.text);
    let multiget = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<C:calendar-multiget xmlns:D=\"DAV:\" \
         xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><D:prop><D:getetag/><C:calendar-data/></D:prop>\
         <D:href>{}</D:href></C:calendar-multiget>",
        hrefs[0]
    );
    let read = program.ask("REPORT", &path, &[("depth", "1")], &multiget).await;
    assert!(read.is(207).text.contains("SUMMARY:Einmal"), "{}", read.text);
    let token = texts(&all, "d:sync-token")[0].to_owned();
    bench.booked(&anna, json!({ "title": "Noch einmal" })).await;
    let news = thunderbird_synchronises(&program, &path, &token).await;
    let told = texts(news.is(207), "d:href");
    assert!(told.len() == 1 && told[0] != hrefs[0], "{}", news.text);
    for depth in ["infinity", "2"] {
        let body = "<sync-collection xmlns=\"DAV:\"><sync-token/><prop><getetag/></prop></sync-collection>";
        program.ask("REPORT", &path, &[("depth", depth)], body).await.is(400);
    }
}

/// With a mail account Thunderbird ticks "Notify attendees" by itself, sends the entry, reads it back, and writes to
/// everybody if `X-MOZ-SEND-INVITATIONS` is still in it.
#[tokio::test]
async fn thunderbird_is_not_told_to_invite_as_well() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    bench.person("Jonas", &[]).await;
    let program = Program::new(&bench, &anna).await;
    let place = format!("{}9b0a8a3e-5a0f-4b38-8a43-52f0a7e2d2c1.ics", program.calendar(&anna));
    let entry = "BEGIN:VCALENDAR\r\nPRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN\r\nVERSION:2.0\r\n\
                 BEGIN:VEVENT\r\nDTSTAMP:20261123T080000Z\r\nUID:9b0a8a3e-5a0f-4b38-8a43-52f0a7e2d2c1\r\n\
                 SUMMARY:Kabinettsrunde\r\nORGANIZER;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:anna@example.org\r\n\
                 ATTENDEE;RSVP=TRUE;PARTSTAT=NEEDS-ACTION;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;CN=Jonas\r\n \
                 :mailto:jonas@example.org\r\n\
                 DTSTART;TZID=Europe/Berlin:20261124T100000\r\nDTEND;TZID=Europe/Berlin:20261124T110000\r\n\
                 CATEGORIES:Dienst\r\nX-MOZ-SEND-INVITATIONS:TRUE\r\nX-MOZ-SEND-INVITATIONS-UNDISCLOSED:FALSE\r\n\
                 TRANSP:OPAQUE\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let headers = [("if-none-match", "*"), ("content-type", "text/calendar; charset=utf-8")];
    program.ask("PUT", &place, &headers, entry).await.is(201);
    let read = program.ask("GET", &place, &[], "").await;
    assert!(!read.is(200).text.contains("X-MOZ-SEND-INVITATIONS"), "{}", read.text);
    assert!(read.text.contains("\r\nCATEGORIES:Dienst\r\n"), "what is the person's own is kept: {}", read.text);
    // Whoever ticks the box in an entry that is there changes nothing by that.
    let ticked = read.text.replace("CATEGORIES:Dienst", "X-MOZ-SEND-INVITATIONS:TRUE\r\nCATEGORIES:Dienst");
    program.ask("PUT", &place, &[("if-match", read.etag())], &ticked).await.is(204);
    let again = program.ask("GET", &place, &[], "").await;
    assert_eq!((&again.text, again.etag()), (&read.text, read.etag()));
    let anna_again = bench.signed_in(anna.id).await;
    let listed: Value = bench.get("/bookings").by(&anna_again).send().await.is(200).body["items"].clone();
    assert_eq!((&listed[0]["title"], &listed[0]["people_count"]), (&json!("Kabinettsrunde"), &json!(1)));
}

/// In the manner of DAVx5: its own prefixes, a question for a span without an end, times of a quarter of a year ago,
/// entries by their names, and files named after a UID with an `@` that it encodes.
#[tokio::test]
async fn davx5_finds_reads_and_writes() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let program = Program::new(&bench, &anna).await;
    let path = program.calendar(&anna);
    let namespaces =
        "xmlns=\"DAV:\" xmlns:CAL=\"urn:ietf:params:xml:ns:caldav\" xmlns:CARD=\"urn:ietf:params:xml:ns:carddav\"";
    let find = |properties: &str| {
        format!("<?xml version='1.0' encoding='UTF-8' ?><propfind {namespaces}><prop>{properties}</prop></propfind>")
    };
    let asked = "<resourcetype /><displayname /><CAL:calendar-description /><CAL:calendar-home-set />\
                 <CARD:addressbook-home-set /><current-user-principal />";
    let root = program.ask("PROPFIND", "/caldav/", &[("depth", "0")], &find(asked)).await;
    let principal = format!("/caldav/people/{}/", anna.id);
    assert!(root.is(207).text.contains(&format!("<d:current-user-principal><d:href>{principal}<")), "{}", root.text);
    let service = program.ask("OPTIONS", &principal, &[], "").await;
    assert!(service.is(204).headers["dav"].to_str().expect("ASCII").contains("calendar-access"));
    let homes = program.ask("PROPFIND", &principal, &[("depth", "0")], &find("<CAL:calendar-home-set />")).await;
    let home = format!("/caldav/calendars/{}/", anna.id);
    assert!(homes.is(207).text.contains(&format!("<c:calendar-home-set><d:href>{home}<")), "{}", homes.text);
    let asked = "<resourcetype /><displayname /><current-user-privilege-set /><owner />\
                 <CAL:supported-calendar-component-set /><supported-report-set /><sync-token />";
    let calendars = program.ask("PROPFIND", &home, &[("depth", "1")], &find(asked)).await;
    assert!(calendars.is(207).text.contains("<d:write-content/>"), "{}", calendars.text);

    let entry = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:DAVx5/4.5 ical4j/4.1 (at.bitfire.ical4android)\r\nBEGIN:VEVENT\r\n\
                 DTSTAMP:20261123T080000Z\r\nUID:1f2e@telefon.example\r\nSUMMARY:Vom Telefon\r\n\
                 DTSTART;TZID=Europe/Berlin:20261124T100000\r\nDTEND;TZID=Europe/Berlin:20261124T110000\r\n\
                 STATUS:CONFIRMED\r\nBEGIN:VALARM\r\nTRIGGER:-PT10M\r\nACTION:DISPLAY\r\nDESCRIPTION:Vom Telefon\r\n\
                 END:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let encoded = format!("{path}1f2e%40telefon.example.ics");
    let headers = [("if-none-match", "*"), ("content-type", "text/calendar; charset=utf-8")];
    program.ask("PUT", &encoded, &headers, entry).await.is(201);
    let query = "<?xml version='1.0' encoding='UTF-8' ?><CAL:calendar-query xmlns=\"DAV:\" \
                 xmlns:CAL=\"urn:ietf:params:xml:ns:caldav\"><prop><getetag /></prop><CAL:filter>\
                 <CAL:comp-filter name=\"VCALENDAR\"><CAL:comp-filter name=\"VEVENT\">\
                 <CAL:time-range start=\"20260825T000000Z\" /></CAL:comp-filter></CAL:comp-filter></CAL:filter>\
                 </CAL:calendar-query>";
    let known = program.ask("REPORT", &path, &[("depth", "1")], query).await;
    let written = texts(known.is(207), "d:getetag")[0].to_owned();
    let etag = written.replace("&quot;", "\"");
    let href = texts(&known, "d:href")[0].to_owned();
    // However it encodes the name, it means the same entry.
    for href in [href.as_str(), &encoded] {
        let multiget = format!(
            "<?xml version='1.0' encoding='UTF-8' ?><CAL:calendar-multiget xmlns=\"DAV:\" \
             xmlns:CAL=\"urn:ietf:params:xml:ns:caldav\"><prop><getcontenttype /><getetag /><CAL:schedule-tag />\
             <CAL:calendar-data /></prop><href>{href}</href></CAL:calendar-multiget>"
        );
        let read = program.ask("REPORT", &path, &[("depth", "0")], &multiget).await;
        assert!(read.is(207).text.contains("SUMMARY:Vom Telefon"), "{}", read.text);
        assert_eq!(texts(&read, "d:getetag"), [written.as_str()]);
    }
    let changed = entry.replace("SUMMARY:Vom Telefon", "SUMMARY:Am Telefon geändert");
    program.ask("PUT", &encoded, &[("if-match", &etag)], &changed).await.is(204);
    program.ask("DELETE", &encoded, &[("if-match", &etag)], "").await.is(412);
    let now = program.ask("GET", &encoded, &[], "").await;
    assert!(now.is(200).text.contains("SUMMARY:Am Telefon geändert"), "{}", now.text);
    program.ask("DELETE", &encoded, &[("if-match", now.etag())], "").await.is(204);
}

/// In the manner of Apple's programs: short answers by `Brief` and `Prefer`, many properties that no other program knows,
/// here in namespaces that nobody knows, and colours that they would like to set.
#[tokio::test]
async fn apples_calendar_finds_its_way_past_what_is_not_here() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let program = Program::new(&bench, &anna).await;
    let path = program.calendar(&anna);
    let short = [("depth", "0"), ("brief", "t"), ("prefer", "return=minimal"), ("content-type", "text/xml")];
    let first = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<A:propfind xmlns:A=\"DAV:\">\n  <A:prop>\n    \
                 <A:current-user-principal/>\n    <A:principal-URL/>\n    <A:resourcetype/>\n  </A:prop>\n</A:propfind>\n";
    assert_eq!(
        program.ask("PROPFIND", "/.well-known/caldav", &short, first).await.is(301).headers["location"],
        "/caldav/"
    );
    let root = program.ask("PROPFIND", "/caldav/", &short, first).await;
    let principal = format!("/caldav/people/{}/", anna.id);
    assert!(root.is(207).text.contains(&format!("<d:href>{principal}</d:href>")), "{}", root.text);
    let about = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<A:propfind xmlns:A=\"DAV:\"><A:prop>\
                 <B:calendar-home-set xmlns:B=\"urn:ietf:params:xml:ns:caldav\"/>\
                 <B:calendar-user-address-set xmlns:B=\"urn:ietf:params:xml:ns:caldav\"/><A:current-user-principal/>\
                 <A:displayname/><C:dropbox-home-URL xmlns:C=\"http://calendarserver.org/ns/\"/>\
                 <C:email-address-set xmlns:C=\"http://calendarserver.org/ns/\"/>\
                 <C:notification-URL xmlns:C=\"http://calendarserver.org/ns/\"/><A:principal-collection-set/>\
                 <A:principal-URL/><A:resource-id/><B:schedule-inbox-URL xmlns:B=\"urn:ietf:params:xml:ns:caldav\"/>\
                 <B:schedule-outbox-URL xmlns:B=\"urn:ietf:params:xml:ns:caldav\"/><A:supported-report-set/></A:prop></A:propfind>";
    let told = program.ask("PROPFIND", &principal, &short, about).await;
    let home = format!("/caldav/calendars/{}/", anna.id);
    assert!(told.is(207).text.contains(&format!("<c:calendar-home-set><d:href>{home}<")), "{}", told.text);
    assert!(told.text.contains("<d:href>mailto:anna@example.org</d:href>"), "{}", told.text);
    // What it would search for people in is not there, which it is told in so many words.
    let search = "<A:principal-search-property-set xmlns:A=\"DAV:\"/>";
    let none = program.ask("REPORT", "/caldav/", &[("depth", "0")], search).await;
    assert!(none.is(403).text.contains("<d:supported-report/>"), "{}", none.text);
    let all = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<A:propfind xmlns:A=\"DAV:\"><A:prop><A:add-member/>\
               <C:allowed-sharing-modes xmlns:C=\"http://calendarserver.org/ns/\"/>\
               <D:autoprovisioned xmlns:D=\"urn:apple:ical\"/><E:bulk-requests xmlns:E=\"urn:apple:me\"/>\
               <D:calendar-color xmlns:D=\"urn:apple:ical\"/><B:calendar-free-busy-set xmlns:B=\"urn:ietf:params:xml:ns:caldav\"/>\
               <A:current-user-privilege-set/><A:displayname/><C:getctag xmlns:C=\"http://calendarserver.org/ns/\"/><A:owner/>\
               <A:quota-available-bytes/><A:resource-id/><A:resourcetype/>\
               <B:supported-calendar-component-set xmlns:B=\"urn:ietf:params:xml:ns:caldav\"/><A:supported-report-set/>\
               <A:sync-token/></A:prop></A:propfind>";
    let calendars =
        program.ask("PROPFIND", &home, &[("depth", "1"), ("brief", "t"), ("prefer", "return=minimal")], all).await;
    assert!(calendars.is(207).text.contains(&format!("<d:href>{path}</d:href>")), "{}", calendars.text);
    let token = texts(&calendars, "s:getctag")[0].to_owned();
    let colour = "<A:propertyupdate xmlns:A=\"DAV:\"><A:set><A:prop>\
                  <D:calendar-color xmlns:D=\"urn:apple:ical\" symbolic-color=\"custom\">#0E61B9FF</D:calendar-color>\
                  </A:prop></A:set></A:propertyupdate>";
    let kept = program.ask("PROPPATCH", &path, &[], colour).await;
    assert!(
        kept.is(207).text.contains("HTTP/1.1 403 Forbidden"),
        "a colour is the program's own affair: {}",
        kept.text
    );
    // Nothing has changed by all this, and what changes is seen by the token.
    let again = program.ask("PROPFIND", &home, &[("depth", "1")], all).await;
    assert_eq!(texts(again.is(207), "s:getctag"), [token.as_str()]);
    bench.booked(&anna, json!({})).await;
    let later = program.ask("PROPFIND", &home, &[("depth", "1")], all).await;
    assert_ne!(texts(later.is(207), "s:getctag"), [token.as_str()]);
}
