/**
 * Two real Thunderbirds at the real server: Anna's finds her calendar with an app password, books with a guest, a colleague
 * and a room, changes, collides and cancels; Jonas's sees the invitation and answers. Both have a mail account, as most people
 * do, so whoever is invited must still be written to once.
 */

import { serve } from "../serving/rennsteig.mjs";
import * as acts from "./clients/thunderbird_acts.mjs";
import { thunderbird } from "./clients/thunderbird.mjs";
import { booking, desk, instant, wall } from "./desk.mjs";
import { letterbox } from "./letters.mjs";

const PASSWORD = "calendars need a long password";
const LIMIT_MS = 20_000;
/** Who the server's own letters come from. */
const HOUSE = "rennsteig@example.org";
const ANNA = { name: "Anna Weimar", address: "anna@example.org" };
const JONAS = { name: "Jonas Weiß", address: "jonas@example.org" };
const GUEST = { name: "Gast, extern", address: "gast@example.org" };

let passed = 0;
let failed = 0;
function judge(what, holds) {
  if (holds) passed += 1;
  else failed += 1;
  if (!holds) console.log(`FAILED: ${what}`);
}

async function until(holds) {
  const end = Date.now() + LIMIT_MS;
  while (!holds() && Date.now() < end) await new Promise((done) => setTimeout(done, 50));
  return holds();
}

/** As a change through the API names who is invited. */
const invited = ({ people, guests }) => ({
  people: people.map(({ person, role }) => ({ person: person.id, role })),
  guests: guests.map(({ id, name, email }) => ({ id, name, email })),
});

/** Who mistypes is told that it is the password. */
async function mistyping(bird, { url, address }) {
  const without = await bird.run(acts.find, url, address, null);
  judge("without a password one is asked for", without.wants_password && without.all.length === 0);
  const wrong = await bird.run(acts.find, url, address, "abcd-efgh");
  judge("a wrong password is told apart from a wrong server", wrong.wants_password && wrong.all.length === 0);
}

/** A calendar is found from the server's address alone, once there is a password, and the password is kept. */
async function connecting(bird, { url, address, password, label }) {
  const { all } = await bird.run(acts.find, url, address, password);
  judge(`${label}: one calendar is found: ${JSON.stringify(all)}`, all.length === 1 && all[0].type === "caldav" && all[0].name === "Rennsteig" && !all[0].reading);
  const subscribed = await bird.run(acts.subscribe);
  judge(`${label}: it can be read and written: ${JSON.stringify(subscribed)}`, subscribed.is_read && subscribed.may_write);
  const [login, ...others] = subscribed.passwords;
  judge(`${label}: one password is kept, for this server`, others.length === 0 && login?.origin === url && login?.username === address && login?.realm === "Rennsteig");
}

/** Thunderbird books; who is invited gets one letter, from the server. */
async function booked(bird, ask, lettersTo) {
  const entry = { title: "Kabinettsrunde; März, Ümläute", start: wall(8, "14"), end: wall(8, "15"), place: "Lutherzimmer", people: [JONAS, GUEST], categories: ["Dienst"] };
  const made = await bird.run(acts.add, entry);
  judge(`an entry is made: ${made.refused}`, made.refused === undefined);
  judge(`it is kept as it was meant: ${made.start} ${made.zone}`, made.title === entry.title && made.start === instant(8, "14") && made.zone === "Europe/Berlin");
  judge("what is only Anna's stays with it", made.categories?.join() === "Dienst");
  const { items } = await ask("GET", "/bookings");
  const item = items.find(({ title }) => title === entry.title);
  judge("it is a booking", item !== undefined);
  const full = await ask("GET", `/bookings/${item.id}`);
  judge(`with the room: ${JSON.stringify(full.rooms)}`, full.rooms.length === 1 && full.rooms[0].name === "Lutherzimmer");
  judge(`room and link stand in the entry: ${made.place}`, made.place.includes("Lutherzimmer") && made.place.endsWith(full.join_url));
  judge("and the room comes as one", made.attendees.some(({ kind, name }) => kind === "ROOM" && name === "Lutherzimmer"));
  judge("with the colleague and the guest", full.people.length === 1 && full.guests.length === 1 && full.guests[0].name === GUEST.name);
  judge("both are written to", await until(() => lettersTo(JONAS).length > 0 && lettersTo(GUEST).length > 0));
  return { uid: made.uid, id: item.id };
}

/** What changes in one place is seen in the other. */
async function changing(bird, ask, { uid, id }) {
  const later = await bird.run(acts.change, uid, { title: "Kabinettsrunde, verlegt", start: wall(8, "16"), end: wall(8, "17") });
  judge(`an entry is changed: ${later.refused}`, later.refused === undefined && later.asked.length === 0 && later.start === instant(8, "16"));
  const full = await ask("GET", `/bookings/${id}`);
  judge(`the API tells it: ${full.title} ${full.start}`, full.title === "Kabinettsrunde, verlegt" && new Date(full.start).toISOString() === instant(8, "16"));
  const version = full.version;
  const seen = (await bird.run(acts.synchronise)).find((one) => one.uid === uid);
  judge("synchronising changes nothing", seen?.title === later.title && (await ask("GET", `/bookings/${id}`)).version === version);
  const made = await ask("POST", "/bookings", booking("Aus dem Browser", 9));
  const now = await bird.run(acts.synchronise);
  const there = now.find(({ title }) => title === "Aus dem Browser");
  judge(`what is booked elsewhere appears: ${now.map(({ title }) => title)}`, there?.start === instant(9, "10"));
  await ask("POST", `/bookings/${made.id}/cancel`, undefined, { "if-match": `"${made.version}"` });
  judge("what is cancelled elsewhere disappears", !(await bird.run(acts.synchronise)).some(({ title }) => title === "Aus dem Browser"));
}

/** Thunderbird says so when somebody else was faster, and when a room is taken. */
async function colliding(bird, ask, room, { uid, id }) {
  const was = await ask("GET", `/bookings/${id}`);
  const elsewhere = { ...booking("Im Browser umbenannt", 8), start: wall(8, "16"), end: wall(8, "17"), rooms: [room], ...invited(was) };
  await ask("PUT", `/bookings/${id}`, elsewhere, { "if-match": `"${was.version}"` });
  const late = await bird.run(acts.change, uid, { title: "In Thunderbird umbenannt" });
  judge(`who is late is told so: ${JSON.stringify(late.asked)}`, late.asked?.length === 1);
  judge(`and gets what the server has: ${late.title}`, late.title === "Im Browser umbenannt" && (await ask("GET", `/bookings/${id}`)).title === "Im Browser umbenannt");
  await ask("POST", "/bookings", { ...booking("Schon da", 10), rooms: [room] });
  const taken = await bird.run(acts.add, { title: "Zu spät", start: wall(10, "10"), end: wall(10, "11"), place: "Lutherzimmer", people: [] });
  judge(`a taken room is refused: ${JSON.stringify(taken)}`, taken.refused?.includes("409"));
  const kept = await bird.run(acts.kept);
  judge("and no entry pretends to have it", !kept.some(({ title }) => title === "Zu spät"));
  const moved = await bird.run(acts.change, uid, { start: wall(10, "10"), end: wall(10, "11") }, "accept");
  judge(`a move into a taken room is refused, insisting too: ${JSON.stringify(moved.asked)}`, moved.asked?.length === 2);
  judge(`and the entry is where the booking is: ${moved.start}`, moved.start === instant(8, "16"));
}

/** A series is one entry; of it single dates are moved and taken out, here and there. */
async function ofASeries(bird, ask) {
  const { id } = await ask("POST", "/bookings", booking("Wochenrunde", 15, { recurrence: { rule: "FREQ=WEEKLY;COUNT=4" } }));
  const { uid, repeats } = (await bird.run(acts.synchronise)).find(({ title }) => title === "Wochenrunde");
  const days = [15, 22, 29, 36];
  const all = await bird.run(acts.dates, uid);
  judge(`a series has its dates: ${all}`, repeats && all.join() === days.map((day) => instant(day, "10")).join());
  await bird.run(acts.moveDate, uid, 1, { start: wall(22, "13"), end: wall(22, "14") });
  await bird.run(acts.removeDate, uid, 2);
  const stored = async () => (await ask("GET", `/bookings/${id}/dates`)).items.filter((date) => !date.is_cancelled);
  const after = (await stored()).map(({ start }) => new Date(start).toISOString());
  const left = [instant(15, "10"), instant(22, "13"), instant(36, "10")];
  judge(`one is moved and one is taken out: ${after}`, after.join() === left.join());
  const last = (await stored()).at(-1);
  const { version } = await ask("GET", `/bookings/${id}`);
  await ask("POST", `/bookings/${id}/dates/${last.id}/cancel`, undefined, { "if-match": `"${version}"` });
  await bird.run(acts.synchronise);
  const shown = await bird.run(acts.dates, uid);
  judge(`what is taken out elsewhere is gone as well: ${shown}`, shown.join() === left.slice(0, 2).join());
}

/** Jonas sees the invitation as one, and says yes. */
async function answering(bird, ask, { id }) {
  const [invitation, ...others] = await bird.run(acts.synchronise);
  judge(`what Jonas is invited to is there: ${others.length}`, invitation !== undefined && others.length === 0);
  judge("as an invitation that waits for an answer", invitation.is_invitation && invitation.is_open && invitation.organiser === `mailto:${ANNA.address}`);
  const said = await bird.run(acts.answer, invitation.uid, "ACCEPTED");
  judge("it is answered", said.attendees.find((one) => one.id === `mailto:${JONAS.address}`)?.answer === "ACCEPTED" && !said.is_open);
  const { people } = await ask("GET", `/bookings/${id}`);
  judge(`the answer is heard: ${people[0].reply?.answer}`, people[0].reply?.answer === "accepted");
}

const started = Date.now();
const sink = await letterbox();
const lettersTo = ({ address }) => sink.all().filter(({ to }) => to.includes(address));
const server = await serve({
  RENNSTEIG__MAIL__HOST: "127.0.0.1",
  RENNSTEIG__MAIL__PORT: String(sink.port),
  RENNSTEIG__MAIL__ENCRYPTION: "none",
  RENNSTEIG__MAIL__FROM: HOUSE,
});
const birds = [];
try {
  const ask = desk(server.url);
  const [, secret] = server.setupLink.split("#");
  await ask("POST", "/setup", { secret, name: ANNA.name, email: ANNA.address, password: PASSWORD });
  await ask("POST", "/people", { name: JONAS.name, email: JONAS.address, password: PASSWORD });
  const room = await ask("POST", "/rooms", { kind: "physical", name: "Lutherzimmer", site: "Erfurt", capacity: 12, notes: "" });
  const jonas = desk(server.url);
  await jonas("POST", "/session", { email: JONAS.address, password: PASSWORD });
  const opened = await Promise.allSettled(
    [[ANNA, ask], [JONAS, jonas]].map(async ([person, api]) => {
      const bird = await thunderbird({ ...person, port: sink.port });
      birds.push(bird);
      await bird.run(acts.learn);
      const { password } = await api("POST", "/app-passwords", { label: "Thunderbird" });
      if (person === ANNA) await mistyping(bird, { url: server.url, address: person.address });
      await connecting(bird, { url: server.url, address: person.address, password, label: person.name });
      return bird;
    }),
  );
  for (const { reason } of opened) if (reason) throw reason;
  const [annas, jonases] = opened.map(({ value }) => value);
  const made = await booked(annas, ask, lettersTo);
  await changing(annas, ask, made);
  await answering(jonases, ask, made);
  await colliding(annas, ask, room.id, made);
  await ofASeries(annas, ask);
  const seen = (await annas.run(acts.synchronise)).find(({ uid }) => uid === made.uid);
  judge("Anna sees the answer", seen.attendees.some(({ id, answer }) => id === `mailto:${JONAS.address}` && answer === "ACCEPTED"));
  judge("a deleted entry is gone", await annas.run(acts.remove, made.uid));
  judge("and cancelled", (await ask("GET", `/bookings/${made.id}`)).state === "cancelled");
  judge("with Jonas, too", (await jonases.run(acts.synchronise)).length === 0);
  // Invited, moved and renamed, renamed again, called off; and something else, so that whatever came before is here.
  const { people } = invited(await ask("GET", `/bookings/${made.id}`));
  await ask("POST", "/bookings", booking("Schluss", 11, { people, guests: [{ name: GUEST.name, email: GUEST.address }] }));
  const each = [JONAS, GUEST].map((person) => () => lettersTo(person).map(({ from, text }) => `${from} ${/method="?(\w+)/i.exec(text)?.[1]}`));
  await until(() => each.every((letters) => letters().length >= 5));
  for (const letters of each) {
    const once = ["REQUEST", "REQUEST", "REQUEST", "CANCEL", "REQUEST"].map((method) => `${HOUSE} ${method}`);
    judge(`each piece of news is told once, by the server: ${letters()}`, letters().join() === once.join());
  }
  const annasOwn = await annas.run(acts.sent);
  judge(`Anna's Thunderbird invites nobody by itself: ${annasOwn}`, annasOwn.length === 0);
  // It offers to tell Anna by mail as well; that is a letter between the two of them.
  const jonasesOwn = await jonases.run(acts.sent);
  judge(`that of Jonas writes to nobody but Anna: ${jonasesOwn}`, jonasesOwn.every((message) => message === `REPLY mailto:${ANNA.address}`));
} catch (error) {
  judge(error.stack, false);
}
if (failed > 0) console.log(`--- server\n${server.output().slice(-8_000)}`);
if (failed > 0) for (const bird of birds) console.log(`--- thunderbird\n${bird.output().slice(-4_000)}`);
await Promise.all(birds.map((bird) => bird.stop()));
sink.close();
await server.stop().catch((error) => judge(error.message, false));
console.log(`${passed} passed, ${failed} failed in ${Math.round((Date.now() - started) / 1000)} s`);
process.exit(failed === 0 ? 0 : 1);
