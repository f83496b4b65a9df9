"""A calendar program on the stock library `caldav`; each line it prints says what holds. `icalendar` reads the entries."""

import datetime
import json
import os

import caldav
import icalendar


def judge(what, holds):
    print(json.dumps({"what": what, "holds": bool(holds)}), flush=True)


def main():
    address, user, password = (os.environ[f"CALENDAR_{name}"] for name in ("URL", "USER", "PASSWORD"))
    with caldav.DAVClient(url=f"{address}/caldav/", username=user, password=password) as client:
        principal = client.principal()
        judge("the server says that it has calendars", client.check_cdav_support())
        calendars = principal.get_calendars()
        judge(f"there is one calendar: {len(calendars)}", len(calendars) == 1)
        calendar = calendars[0]
        judge("it holds events", calendar.get_supported_components() == ["VEVENT"])
        events = calendar.get_events()
        judge(f"both bookings are read: {len(events)}", len(events) == 2)
        for event in events:
            parsed = icalendar.Calendar.from_ical(event.data)
            judge("an entry has no METHOD", "METHOD" not in parsed)
            judge(f"icalendar finds no fault: {parsed.errors}", not parsed.errors)
            vevents = parsed.walk("VEVENT")
            judge("an entry has no faulty event", vevents and all(not vevent.errors for vevent in vevents))
            judge("times have their zone", parsed.walk("VTIMEZONE") != [])
        titles = {str(event.icalendar_component["SUMMARY"]) for event in events}
        judge(f"titles are whole: {titles}", titles == {"Einmal; mit Ümläuten, und Komma", "Wöchentlich"})

        now = datetime.datetime.now(datetime.timezone.utc)
        days = datetime.timedelta(days=1)
        week = calendar.search(start=now + 10 * days, end=now + 13 * days, event=True, expand=True)
        judge(f"the second date of the series is found by its time: {len(week)}", len(week) == 1)
        once = next(event for event in events if "Einmal" in event.data)
        found = calendar.get_event_by_uid(str(once.icalendar_component["UID"]))
        judge("an entry is found by its UID", found.url == once.url)
        busy = calendar.freebusy_request(now, now + 5 * days)
        periods = icalendar.Calendar.from_ical(busy.data).walk("VFREEBUSY")[0]["FREEBUSY"]
        periods = periods if isinstance(periods, list) else [periods]
        judge(f"two times are busy: {len(periods)}", len(periods) == 2)

        asked = principal.freebusy_request(now, now + 5 * days, [user])
        answers = [answer for whom, answer in asked.items() if whom != "errors"]
        judge(f"the outbox knows when somebody is busy: {asked}", len(answers) == 1 and "FREEBUSY" in answers[0].data)

        start = (now + 20 * days).replace(microsecond=0)
        made = calendar.add_event(summary="Aus Python", dtstart=start, dtend=start + datetime.timedelta(hours=1))
        read = calendar.get_event_by_uid(str(made.icalendar_component["UID"]))
        judge("an entry is made and read by its UID", str(read.icalendar_component["SUMMARY"]) == "Aus Python")
        with read.edit_icalendar_component() as component:
            component["SUMMARY"] = "Aus Python, anders"
        read.save()
        again = calendar.get_event_by_uid(str(made.icalendar_component["UID"]))
        judge("it is changed", str(again.icalendar_component["SUMMARY"]) == "Aus Python, anders")
        try:
            calendar.add_event(summary="Zu lang", dtstart=start, dtend=start + 3 * days)
            judge("what cannot be booked is refused", False)
        except caldav.lib.error.DAVError as refused:
            judge(f"what cannot be booked is refused: {refused}", True)
        again.delete()
        left = calendar.search(start=start - days, end=start + days, event=True)
        judge("it is deleted", all("Aus Python" not in event.data for event in left))

        objects = calendar.get_objects_by_sync_token(load_objects=True)
        judge(f"synchronising begins with all: {len(list(objects))}", len(list(objects)) == 2)
        again = calendar.get_objects_by_sync_token(sync_token=objects.sync_token)
        judge(f"and goes on with nothing: {len(list(again))}", len(list(again)) == 0)
    with caldav.DAVClient(url=f"{address}/caldav/", username=user, password="wrong") as stranger:
        try:
            stranger.principal()
            judge("a wrong password is refused", False)
        except caldav.lib.error.AuthorizationError:
            judge("a wrong password is refused", True)


main()
