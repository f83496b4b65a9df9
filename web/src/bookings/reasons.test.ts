import i18next from "i18next";
import { expect, test } from "vitest";
import de from "../words/desk/de.json";
import { reasonsOf } from "./reasons";

const words = i18next.createInstance();
await words.init({ lng: "de", resources: { de: { translation: de } }, interpolation: { escapeValue: false } });
const room = { id: "1", name: "Saal" };

test("every rule of the server has a sentence with what is allowed", () => {
  const reasons = [
    { room, rule: "bookers" },
    { room, rule: "booking_window_days", last_day: "2026-12-23" },
    { room, rule: "minimum_minutes", minutes: 30 },
    { room, rule: "maximum_minutes", minutes: 120 },
    { room, rule: "buffer", minutes: 15 },
    { room, rule: "blackout", from: "2026-12-01", until: "2026-12-03", why: "Umbau" },
    { room, rule: "blackout", from: "2026-12-01", until: "2026-12-03", why: "" },
    { room, rule: "holiday", day: "2026-12-25" },
    { room, rule: "opening_hours", day: "2026-11-24", open: [{ from: "08:00", until: "12:00" }, { from: "13:00", until: "00:00" }] },
    { room, rule: "opening_hours", day: "2026-11-29", open: [] },
  ];
  expect(reasonsOf({ reasons }, words.t, "de")).toEqual([
    "Saal: Nur bestimmte Personen dürfen diesen Raum buchen.",
    "Saal: Buchen lässt er sich heute bis zum 23.12.2026.",
    "Saal: Eine Buchung dauert mindestens 30 Minuten.",
    "Saal: Eine Buchung dauert höchstens 120 Minuten.",
    "Saal: Zwischen zwei Buchungen müssen 15 Minuten frei bleiben.",
    "Saal: gesperrt vom 01.12.2026 bis 03.12.2026 (Umbau).",
    "Saal: gesperrt vom 01.12.2026 bis 03.12.2026.",
    "Saal: Am 25.12.2026 ist Feiertag.",
    "Saal: Am 24.11.2026 geöffnet von 08:00 bis 12:00 Uhr, 13:00 bis 24:00 Uhr.",
    "Saal: Am 29.11.2026 geschlossen.",
  ]);
});

test("the same sentence for many dates is said once", () => {
  const reason = { room, rule: "maximum_minutes", minutes: 30 };
  expect(reasonsOf({ reasons: [reason, { ...reason, date: "2026-12-01T10:00" }] }, words.t, "de")).toHaveLength(1);
  expect(reasonsOf({}, words.t, "de")).toEqual([]);
});
