//! Radicale, a CalDAV server in Python, asked when the same people are busy: a program by itself, which whoever starts the
//! benchmark has installed. It gets the calendars of those people as files, as it would have kept them itself.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use uuid::Uuid;

use crate::data::{Author, Calendar, Cell, Shape, Taker, cell, person, principals};
use crate::servers::process::{free_port, stop, wait_until};

/// It reads every file for the first question. Whoever is not reached by then is left out.
const PATIENCE: Duration = Duration::from_secs(8 * 60);
/// A fortnight, in seconds.
const FORTNIGHT: i64 = 14 * 86_400;

const ZONE: &str = "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n\
    BEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n\
    RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n\
    BEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n\
    RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n";

/// What it took.
#[derive(Clone, Copy, Debug)]
pub struct Took {
    /// Calendars that were asked for.
    pub people: usize,
    /// Entries in them.
    pub entries: usize,
    /// For one calendar, in the middle, once it had read all of it.
    pub milliseconds: f64,
}

/// Asks every calendar twice, one after another; the first answer, for which it reads all files, does not count.
pub async fn ask(python: &Path, shape: Shape) -> Result<Took> {
    let folder = tempfile::tempdir()?;
    let calendar = Calendar::new();
    let people: Vec<Uuid> = std::iter::once(0).chain(principals(&shape)).map(person).collect();
    let mut files = Files::new(folder.path(), &people)?;
    Author::new(shape, &calendar, &mut files).write();
    files.outcome?;

    let port = free_port()?;
    let mut process = Command::new(python)
        .args(["-m", "radicale", "--config", "", "--auth-type", "none", "--rights-type", "authenticated"])
        .args(["--logging-level", "error", "--server-hosts", &format!("127.0.0.1:{port}")])
        .arg("--storage-filesystem-folder")
        .arg(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("Radicale cannot be started")?;
    let started =
        wait_until(&mut process, "Radicale answers", || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
    let began = Instant::now();
    let mut times = Vec::new();
    let mut asked: Result<()> = Ok(());
    if started.is_ok() {
        for one in people.iter().take_while(|_| began.elapsed() < PATIENCE) {
            asked = async {
                busy(port, *one, &calendar).await?;
                times.push(busy(port, *one, &calendar).await?.as_secs_f64() * 1_000.0);
                Ok(())
            }
            .await;
            if asked.is_err() {
                break;
            }
        }
    }
    stop(&mut process, "TERM");
    started?;
    asked?;
    // Calendars are of very different sizes: what counts is what all of them take together.
    let milliseconds = times.iter().sum::<f64>() / times.len().max(1) as f64;
    Ok(Took { people: times.len(), entries: files.entries, milliseconds })
}

/// When is this person busy in the coming fortnight (RFC 4791, 7.10)?
async fn busy(port: u16, person: Uuid, calendar: &Calendar) -> Result<Duration> {
    let from = calendar.second(calendar.today(), 0);
    let at = |second: i64| Timestamp::from_second(second).map(|at| at.strftime("%Y%m%dT%H%M%SZ").to_string());
    let question = format!(
        "<?xml version=\"1.0\"?><C:free-busy-query xmlns:C=\"urn:ietf:params:xml:ns:caldav\">\
         <C:time-range start=\"{}\" end=\"{}\"/></C:free-busy-query>",
        at(from)?,
        at(from + FORTNIGHT)?
    );
    let request = Request::builder()
        .method(Method::from_bytes(b"REPORT")?)
        .uri(format!("http://127.0.0.1:{port}/{person}/calendar/"))
        // Anybody: it is told to believe every name.
        .header(header::AUTHORIZATION, "Basic YXNzaXN0YW50Og==")
        .header("depth", "1")
        .header(header::CONTENT_TYPE, "text/xml")
        .body(Full::new(Bytes::from(question)))?;
    let client = Client::builder(TokioExecutor::new()).build_http();
    let began = Instant::now();
    let response = client.request(request).await?;
    let status = response.status();
    let text = response.into_body().collect().await?.to_bytes();
    let took = began.elapsed();
    ensure!(status == StatusCode::OK, "Radicale answers {status}: {}", String::from_utf8_lossy(&text));
    ensure!(text.starts_with(b"BEGIN:VCALENDAR"), "no times: {}", String::from_utf8_lossy(&text));
    Ok(took)
}

/// Writes what these people organise or are invited to, a file for each booking and calendar.
struct Files {
    calendars: HashMap<Uuid, PathBuf>,
    /// The booking drawn last, and its text.
    last: Option<(Uuid, String)>,
    entries: usize,
    outcome: Result<()>,
}

impl Files {
    fn new(folder: &Path, people: &[Uuid]) -> Result<Self> {
        let mut calendars = HashMap::new();
        for one in people {
            let calendar = folder.join("collection-root").join(one.to_string()).join("calendar");
            fs::create_dir_all(&calendar)?;
            fs::write(calendar.join(".Radicale.props"), "{\"tag\": \"VCALENDAR\"}")?;
            calendars.insert(*one, calendar);
        }
        Ok(Self { calendars, last: None, entries: 0, outcome: Ok(()) })
    }

    fn write(&mut self, person: &Cell) -> Result<()> {
        let (Cell::Id(person), Some((booking, text))) = (person, &self.last) else { return Ok(()) };
        if let Some(calendar) = self.calendars.get(person) {
            fs::write(calendar.join(format!("{booking}.ics")), text)?;
            self.entries += 1;
        }
        Ok(())
    }
}

impl Taker for Files {
    fn take(&mut self, table: usize, row: Vec<Cell>) {
        let person = match cell::TABLES[table].name {
            "bookings" => {
                self.last = entry(&row);
                cell::of("bookings", "organiser_id", &row)
            }
            "invitations" => cell::of("invitations", "person_id", &row),
            _ => return,
        };
        if self.outcome.is_ok() {
            self.outcome = self.write(person);
        }
    }
}

/// A booking as a calendar program would have put it there.
fn entry(row: &[Cell]) -> Option<(Uuid, String)> {
    let of = |column| cell::of("bookings", column, row);
    let (Cell::Id(id), Cell::Text(title)) = (of("id"), of("title")) else { return None };
    let mut text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Rennsteig//Benchmark//EN\r\n{ZONE}BEGIN:VEVENT\r\nUID:{id}\r\n\
         DTSTAMP:20260101T000000Z\r\nSUMMARY:{title}\r\n"
    );
    match (of("rule"), of("first_local"), of("duration_s"), of("begins_s"), of("ends_s")) {
        (Cell::Text(rule), Cell::Text(first), Cell::Number(seconds), ..) => {
            let _ =
                write!(text, "DTSTART;TZID=Europe/Berlin:{first}\r\nDURATION:PT{}M\r\nRRULE:{rule}\r\n", seconds / 60);
            if let Cell::Text(skipped) = of("except_dates") {
                skipped.split(' ').for_each(|one| _ = write!(text, "EXDATE;TZID=Europe/Berlin:{one}\r\n"));
            }
        }
        (_, _, _, Cell::Number(begins), Cell::Number(ends)) => {
            let at = |second| Some(Timestamp::from_second(second).ok()?.strftime("%Y%m%dT%H%M%SZ").to_string());
            let _ = write!(text, "DTSTART:{}\r\nDTEND:{}\r\n", at(*begins)?, at(*ends)?);
        }
        _ => return None,
    }
    text.push_str("END:VEVENT\r\nEND:VCALENDAR\r\n");
    Some((*id, text))
}
