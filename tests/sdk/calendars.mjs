/**
 * Calendar programs at the real server: the stock clients `tsdav` (npm) and `caldav` (PyPI) find a calendar from the
 * host alone, read it, follow what changes in it, and write: new entries, changes, deletions and answers.
 */

import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DAVClient, calendarMultiGet } from "tsdav";
import { serve } from "../serving/rennsteig.mjs";
import { booking, desk, wall } from "./desk.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const PASSWORD = "calendars need a long password";

let passed = 0;
let failed = 0;
function judge(what, holds) {
  if (holds) passed += 1;
  else failed += 1;
  if (!holds) console.log(`FAILED: ${what}`);
}

async function withTsdav(url, user, password, ask) {
  const client = new DAVClient({
    serverUrl: url,
    credentials: { username: user, password },
    authMethod: "Basic",
    defaultAccountType: "caldav",
  });
  await client.login();
  judge(`tsdav: the well-known address leads to the calendars: ${client.account.rootUrl}`, new URL(client.account.rootUrl).pathname === "/caldav/");
  const [calendar, ...others] = await client.fetchCalendars();
  judge("tsdav: there is one calendar", calendar.displayName === "Rennsteig" && others.length === 0);
  judge("tsdav: it holds events", calendar.components.join() === "VEVENT");
  judge(`tsdav: it can be synchronised: ${calendar.reports}`, calendar.reports.includes("syncCollection"));
  const objects = await client.fetchCalendarObjects({ calendar });
  judge(`tsdav: both bookings are read: ${objects.length}`, objects.length === 2);
  judge("tsdav: each has a mark and a text", objects.every(({ etag, data }) => etag && data.includes("BEGIN:VEVENT")));
  // Whatever hour it is now: the noon after the single meeting is before the series.
  const near = { start: new Date().toISOString(), end: new Date(`${wall(3, 12)}:00Z`).toISOString() };
  const soon = await client.fetchCalendarObjects({ calendar, timeRange: near });
  judge(`tsdav: only one is within three days: ${soon.length}`, soon.length === 1 && soon[0].data.includes("SUMMARY:Einmal"));

  const before = { ...calendar, objects, objectMultiGet: calendarMultiGet };
  const made = await ask("POST", "/bookings", booking("Neu", 5));
  const more = await client.smartCollectionSync({ collection: before, method: "webdav", detailedResult: true });
  judge(`tsdav: a new booking is told: ${more.objects.created.length}`, more.objects.created.length === 1);
  await ask("POST", `/bookings/${made.id}/cancel`, undefined, { "if-match": '"1"' });
  const now = { ...more, objects: [...objects, ...more.objects.created] };
  const less = await client.smartCollectionSync({ collection: now, method: "webdav", detailedResult: true });
  judge(`tsdav: a cancelled one is told as gone: ${less.objects.deleted.length}`, less.objects.deleted.length === 1);
  return calendar;
}

/** An entry as a program writes it, tomorrow in a week. */
const entry = (uid, title, more = []) =>
  [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//stock client//EN",
    "BEGIN:VEVENT",
    `UID:${uid}`,
    "DTSTAMP:20261101T080000Z",
    `DTSTART;TZID=W. Europe Standard Time:${wall(8, 10).replaceAll(/[-:]/g, "")}00`,
    `DTEND;TZID=W. Europe Standard Time:${wall(8, 11).replaceAll(/[-:]/g, "")}00`,
    `SUMMARY:${title}`,
    ...more,
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");

async function writing({ url, user, password, calendar, ask, invited }) {
  const client = new DAVClient({ serverUrl: url, credentials: { username: user, password }, authMethod: "Basic", defaultAccountType: "caldav" });
  await client.login();
  const more = ["ATTENDEE;CN=Jonas:mailto:jonas@example.org", "CATEGORIES:Dienst", "RRULE:FREQ=WEEKLY;COUNT=3"];
  const made = await client.createCalendarObject({ calendar, iCalString: entry("tsdav-1", "Vom Programm", more), filename: "tsdav 1.ics" });
  judge(`tsdav: an entry is made: ${made.status}`, made.status === 201);
  const twice = await client.createCalendarObject({ calendar, iCalString: entry("tsdav-1", "Noch einmal"), filename: "tsdav-2.ics" });
  judge(`tsdav: the same UID elsewhere is refused: ${twice.status}`, twice.status === 403 && (await twice.text()).includes("no-uid-conflict"));
  const mine = async () => (await client.fetchCalendarObjects({ calendar })).find(({ data }) => data.includes("UID:tsdav-1"));
  const read = await mine();
  judge("tsdav: it is read with what was kept in it", read.data.includes("CATEGORIES:Dienst") && read.data.includes("Europe/Berlin"));
  const { items } = await ask("GET", "/bookings");
  const booked = items.find(({ title }) => title === "Vom Programm");
  judge("tsdav: it is a booking", booked?.is_series && booked.people_count === 1);
  const version = async () => (await ask("GET", `/bookings/${booked.id}`)).version;
  const same = await client.updateCalendarObject({ calendarObject: read });
  judge(`tsdav: sent back as it was, it is the same: ${same.status}`, same.status === 204 && (await version()) === 1);
  const changed = await client.updateCalendarObject({ calendarObject: { ...read, data: read.data.replace("SUMMARY:Vom Programm", "SUMMARY:Anders") } });
  judge(`tsdav: a changed title is changed: ${changed.status}`, changed.status === 204 && (await ask("GET", `/bookings/${booked.id}`)).title === "Anders");
  const late = await client.updateCalendarObject({ calendarObject: read });
  judge(`tsdav: who is late overwrites nothing: ${late.status}`, late.status === 412);
  await answering(url, invited, booked.id, ask);
  const gone = await client.deleteCalendarObject({ calendarObject: await mine() });
  judge(`tsdav: it is deleted: ${gone.status}`, gone.status === 204 && (await mine()) === undefined);
  judge("tsdav: deleted is cancelled", (await ask("GET", `/bookings/${booked.id}`)).state === "cancelled");
}

/** Jonas is invited and says yes in another program. */
async function answering(url, { user, password }, id, ask) {
  const client = new DAVClient({ serverUrl: url, credentials: { username: user, password }, authMethod: "Basic", defaultAccountType: "caldav" });
  await client.login();
  const [calendar] = await client.fetchCalendars();
  const [invitation] = await client.fetchCalendarObjects({ calendar });
  const yes = invitation.data.replaceAll(/\r?\n[ \t]/g, "").replaceAll("PARTSTAT=NEEDS-ACTION;RSVP=TRUE", "PARTSTAT=ACCEPTED");
  const said = await client.updateCalendarObject({ calendarObject: { ...invitation, data: yes } });
  const { people } = await ask("GET", `/bookings/${id}`);
  judge(`tsdav: an answer is heard: ${said.status}`, said.status === 204 && people[0].reply?.answer === "accepted");
  const more = await client.updateCalendarObject({ calendarObject: { url: invitation.url, data: yes.replace("SUMMARY:", "SUMMARY:Mein ") } });
  judge(`tsdav: who is invited changes nothing else: ${more.status}`, more.status === 403);
}

async function withPython(url, user, password) {
  const program = join(here, ".venv/bin/python");
  const settings = { ...process.env, CALENDAR_URL: url, CALENDAR_USER: user, CALENDAR_PASSWORD: password };
  const { stdout } = await promisify(execFile)(program, [join(here, "clients/calendar_program.py")], { env: settings });
  for (const line of stdout.trim().split("\n")) {
    const { what, holds } = JSON.parse(line);
    judge(`caldav: ${what}`, holds);
  }
}

const started = Date.now();
const server = await serve();
try {
  const ask = desk(server.url);
  const [, secret] = server.setupLink.split("#");
  await ask("POST", "/setup", { secret, name: "Anna Weimar", email: "anna@example.org", password: PASSWORD });
  await ask("POST", "/bookings", booking("Einmal; mit Ümläuten, und Komma", 3, { guests: [{ name: "Gast", email: "gast@example.org" }] }));
  await ask("POST", "/bookings", booking("Wöchentlich", 4, { recurrence: { rule: "FREQ=WEEKLY;COUNT=10" } }));
  const { password } = await ask("POST", "/app-passwords", { label: "Telefon" });
  await ask("POST", "/people", { name: "Jonas Weiß", email: "jonas@example.org", password: PASSWORD });
  const jonas = desk(server.url);
  await jonas("POST", "/session", { email: "jonas@example.org", password: PASSWORD });
  const invited = { user: "jonas@example.org", password: (await jonas("POST", "/app-passwords", { label: "Telefon" })).password };
  const calendar = await withTsdav(server.url, "anna@example.org", password, ask);
  await writing({ url: server.url, user: "anna@example.org", password, calendar, ask, invited });
  await withPython(server.url, "anna@example.org", password);
} catch (error) {
  judge(error.stack, false);
}
if (failed > 0) console.log(`--- server\n${server.output().slice(-8_000)}`);
await server.stop().catch((error) => judge(error.message, false));
console.log(`${passed} passed, ${failed} failed in ${Math.round((Date.now() - started) / 1000)} s`);
process.exit(failed === 0 ? 0 : 1);
