/* global window, ChromeUtils, Ci, Services */
/**
 * What people do in Thunderbird. Each function is sent as text and run inside the program, so it sees only its own words,
 * the program, and what `learn` left behind; it goes the way its dialogs go once a button is pressed.
 */

/** Leaves behind what the others need, and notes each message about meetings that the program sends by itself. */
export async function learn() {
  const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
  const { CalEvent } = ChromeUtils.importESModule("resource:///modules/CalEvent.sys.mjs");
  const { CalAttendee } = ChromeUtils.importESModule("resource:///modules/CalAttendee.sys.mjs");
  const { CalItipEmailTransport } = ChromeUtils.importESModule("resource:///modules/CalItipEmailTransport.sys.mjs");
  // Whoever is driven remembers no passwords, unless told to.
  Services.prefs.setBoolPref("signon.rememberSignons", true);
  const messages = [];
  const send = CalItipEmailTransport.prototype.sendItems;
  CalItipEmailTransport.prototype.sendItems = function (people, message, from) {
    messages.push(`${message.responseMethod} ${people.map(({ id }) => id).join()}`);
    return send.call(this, people, message, from);
  };
  const calendar = () => cal.manager.getCalendars().find(({ type }) => type === "caldav");
  // After each entry that is stored it synchronises by itself. Whoever asks while it does gets what that brings, so
  // it has to end first.
  const refresh = async () => {
    const { wrappedJSObject: cached } = calendar();
    await cached.mPendingSync;
    await cached.refresh();
  };
  const time = (wall) => {
    const when = cal.createDateTime(wall.replaceAll(/[-:]/g, "").padEnd(15, "0"));
    when.timezone = cal.timezoneService.getTimezone("Europe/Berlin");
    return when;
  };
  const attendee = ({ address, name, kind = "INDIVIDUAL" }) => {
    const one = new CalAttendee();
    one.id = address.includes(":") ? address : `mailto:${address}`;
    one.commonName = name;
    one.userType = kind;
    one.role = kind === "ROOM" ? "NON-PARTICIPANT" : "REQ-PARTICIPANT";
    one.participationStatus = "NEEDS-ACTION";
    one.rsvp = "TRUE";
    return one;
  };
  const told = (item) => ({
    uid: item.id,
    title: item.title,
    start: new Date(item.startDate.nativeTime / 1000).toISOString(),
    end: new Date(item.endDate.nativeTime / 1000).toISOString(),
    zone: item.startDate.timezone.tzid,
    place: item.getProperty("LOCATION") ?? "",
    description: item.getProperty("DESCRIPTION") ?? "",
    organiser: item.organizer?.id ?? "",
    attendees: item.getAttendees().map(({ id, commonName, participationStatus, userType }) => ({
      id: id.toLowerCase(),
      name: commonName,
      answer: participationStatus,
      kind: userType,
    })),
    repeats: item.recurrenceInfo !== null,
    categories: item.getCategories(),
    is_invitation: cal.itip.isInvitation(item),
    is_open: cal.itip.isInvitation(item) && cal.itip.isOpenInvitation(item),
  });
  // What the dialog's box "Notify attendees" is ticked with, and how it is saved.
  const notifying = (event) => {
    const by_server = event.calendar.getSchedulingSupport().canNotify("REQUEST", event);
    const known = event.getProperty("X-MOZ-SEND-INVITATIONS");
    const usual = Services.prefs.getBoolPref("calendar.itip.notify", true);
    const ticked = Boolean(event.calendar.getProperty("imip.identity")) && (known === null ? usual : known === "TRUE");
    if (by_server) event.deleteProperty("X-MOZ-SEND-INVITATIONS");
    else event.setProperty("X-MOZ-SEND-INVITATIONS", ticked ? "TRUE" : "FALSE");
    return { responseMode: by_server || ticked ? Ci.calIItipItem.AUTO : Ci.calIItipItem.NONE };
  };
  window.house = { cal, CalEvent, calendar, refresh, time, attendee, told, notifying, messages };
}

/** "New Calendar, On the Network": what is found with that password, or why nothing is. */
export async function find(location, user, password) {
  const { cal } = window.house;
  try {
    const found = await cal.provider.detection.detect(user, password, location, true, [], {});
    const all = [...found].flatMap(([{ type }, calendars]) => calendars.map((one) => ({ type, name: one.name, uri: one.uri.spec, reading: one.readOnly })));
    window.house.found = [...found.values()].flat();
    return { all };
  } catch (why) {
    return { wants_password: why instanceof cal.provider.detection.AuthFailedError, all: [] };
  }
}

/** "Subscribe" to the first that was found; done when it is read. */
export async function subscribe() {
  const { cal, found, refresh, calendar } = window.house;
  found[0].setProperty("cache.enabled", true);
  cal.manager.registerCalendar(found[0]);
  await refresh();
  const logins = await Services.logins.getAllLogins();
  return {
    is_read: calendar().getProperty("currentStatus") === 0 && !calendar().getProperty("disabled"),
    may_write: !calendar().readOnly,
    passwords: logins.map(({ origin, username, httpRealm }) => ({ origin, username, realm: httpRealm })),
  };
}

/** "Synchronise", and what there is then. */
export async function synchronise() {
  const { calendar, refresh, told } = window.house;
  await refresh();
  const items = await calendar().getItemsAsArray(Ci.calICalendar.ITEM_FILTER_ALL_ITEMS, 0, null, null);
  return items.map(told);
}

/** What there is without asking the server. */
export async function kept() {
  const { calendar, told } = window.house;
  const items = await calendar().getItemsAsArray(Ci.calICalendar.ITEM_FILTER_ALL_ITEMS, 0, null, null);
  return items.map(told);
}

/** "New Event", filled in, "Save and Close". */
export async function add({ title, start, end, place, people, categories = [] }) {
  const { cal, CalEvent, calendar, time, attendee, notifying, told } = window.house;
  const event = new CalEvent();
  event.id = cal.getUUID();
  event.calendar = calendar();
  event.title = title;
  event.startDate = time(start);
  event.endDate = time(end);
  if (place) event.setProperty("LOCATION", place);
  event.setCategories(categories);
  event.organizer = cal.itip.createOrganizer(calendar());
  for (const one of people) event.addAttendee(attendee(one));
  const answer = notifying(event);
  try {
    await window.doTransaction("add", event, calendar(), null, null, answer);
  } catch (why) {
    return { refused: String(why?.message ?? why) };
  }
  return told(await calendar().getItem(event.id));
}

/**
 * "Edit", "Save and Close". Where Thunderbird says that the server has another one, `button` is pressed: "cancel" takes
 * the server's, "accept" insists once and takes the server's when asked again.
 */
export async function change(uid, { title, start, end, place }, button = "cancel") {
  const { calendar, time, notifying, told } = window.house;
  const asked = [];
  const watcher = {
    observe(opened, topic) {
      if (topic !== "domwindowopened") return;
      opened.addEventListener("load", () => {
        const dialog = opened.document.querySelector("dialog");
        if (opened.document.documentElement.getAttribute("windowtype") !== "Calendar:Conflicts") return;
        asked.push(opened.document.getElementById("conflicts-description").textContent);
        dialog.getButton(asked.length === 1 ? button : "cancel").click();
      });
    },
  };
  const old = await calendar().getItem(uid);
  const event = old.clone();
  if (title) event.title = title;
  if (start) event.startDate = time(start);
  if (end) event.endDate = time(end);
  if (place !== undefined) event.setProperty("LOCATION", place);
  const answer = notifying(event);
  Services.ww.registerNotification(watcher);
  try {
    await window.doTransaction("modify", event, calendar(), old, null, answer);
  } catch (why) {
    return { refused: String(why?.message ?? why), asked };
  } finally {
    Services.ww.unregisterNotification(watcher);
  }
  return { ...told(await calendar().getItem(uid)), asked };
}

/** "Delete". */
export async function remove(uid) {
  const { calendar } = window.house;
  const item = await calendar().getItem(uid);
  await window.doTransaction("delete", item, calendar(), null, null, { responseMode: Ci.calIItipItem.AUTO });
  return (await calendar().getItem(uid)) === null;
}

/** "Accept", "Decline" or "Tentative" in the summary of an invitation. */
export async function answer(uid, said) {
  const { cal, calendar, told } = window.house;
  const old = await calendar().getItem(uid);
  const item = old.clone();
  const known = cal.itip.getInvitedAttendee(item, calendar());
  item.removeAttendee(known);
  const own = known.clone();
  own.participationStatus = said;
  own.deleteProperty("RSVP");
  item.addAttendee(own);
  await window.doTransaction("modify", item, calendar(), old, null, { responseMode: Ci.calIItipItem.AUTO });
  return told(await calendar().getItem(uid));
}

/** The dates of a series as a view shows them. */
export async function dates(uid) {
  const { recurrenceInfo, startDate } = await window.house.calendar().getItem(uid);
  const late = startDate.clone();
  late.year += 1;
  return recurrenceInfo.getOccurrences(startDate, late, 0).map((one) => new Date(one.startDate.nativeTime / 1000).toISOString());
}

/** "Just this occurrence": the date with that place in the row begins and ends at other times. */
export async function moveDate(uid, place, { start, end }) {
  const { calendar, time } = window.house;
  const series = await calendar().getItem(uid);
  const late = series.startDate.clone();
  late.year += 1;
  const old = series.recurrenceInfo.getOccurrences(series.startDate, late, 0)[place];
  const date = old.clone();
  date.startDate = time(start);
  date.endDate = time(end);
  await window.doTransaction("modify", date, calendar(), old, null, { responseMode: Ci.calIItipItem.AUTO });
}

/** "Delete just this occurrence". */
export async function removeDate(uid, place) {
  const { calendar } = window.house;
  const old = await calendar().getItem(uid);
  const late = old.startDate.clone();
  late.year += 1;
  const date = old.recurrenceInfo.getOccurrences(old.startDate, late, 0)[place];
  const series = old.clone();
  series.recurrenceInfo.removeOccurrenceAt(date.recurrenceId);
  await window.doTransaction("modify", series, calendar(), old, null, { responseMode: Ci.calIItipItem.AUTO });
}

/** What it sent by itself. */
export async function sent() {
  return window.house.messages;
}
