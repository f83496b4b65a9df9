import { expect, test } from "../harness/scenario.ts";
import { inspect } from "../harness/inspect.ts";
import { words } from "../harness/words.ts";

/** `20270124T100000`, days from now. */
const wall = (days: number, hour: number) => `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10).replaceAll("-", "")}T${String(hour).padStart(2, "0")}0000`;

const event = (title: string, days: number, more: string[] = []) => ["BEGIN:VEVENT", `UID:${title}-import`, `SUMMARY:${title}`, `DTSTART;TZID=Europe/Berlin:${wall(days, 10)}`, "DURATION:PT1H", ...more, "END:VEVENT"];

test("dates from a file are looked at first and then booked", async ({ house, sit }) => {
  const ilse = await house.person("Ilse Oberhof");
  const page = await sit({ as: ilse });
  await page.goto("/delegations");
  const lines = [
    "BEGIN:VCALENDAR",
    ...event("Sommerklausur", 20, ["LOCATION:Kantine", "ATTENDEE:mailto:gast@example.org"]),
    ...event("Wochenlage", 21, ["RRULE:FREQ=WEEKLY;COUNT=3"]),
    ...event("Betriebsausflug", 22, ["ORGANIZER:mailto:jemand@example.org"]),
    ...event("Vorjahr", -300),
    "END:VCALENDAR",
  ];
  const section = page.getByRole("region", { name: words("import.title") });
  await section.getByLabel(words("import.file")).setInputFiles({ name: "kalender.ics", mimeType: "text/calendar", buffer: Buffer.from(lines.join("\r\n")) });
  await expect(section.getByRole("checkbox", { name: "Sommerklausur" })).toBeChecked();
  await expect(section.getByRole("checkbox", { name: "Betriebsausflug" })).toBeDisabled();
  await expect(section.getByText(words("import.refused.ORGANIZER"))).toBeVisible();
  await expect(section.getByText(words("import.place", { place: "Kantine" }))).toBeVisible();
  await inspect(page, "calendar-import", "de");
  await section.getByRole("button", { name: words("import.book_other", { count: 2 }) }).click();
  await expect(section.getByText(words("import.booked_other", { count: 2 }))).toBeVisible();
  await section.getByRole("link", { name: "Sommerklausur" }).click();
  await expect(page.getByRole("heading", { name: "Sommerklausur" })).toBeVisible();
});
