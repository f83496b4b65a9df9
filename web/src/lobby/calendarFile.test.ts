import { expect, test } from "vitest";
import { calendarFile } from "./calendarFile";

const meeting = { title: "Haushalt; Teil 1, Übersicht", start: "2026-11-24T08:30:00Z", end: "2026-11-24T09:30:00Z" };
const made = (title = meeting.title) => calendarFile({ ...meeting, title }, "https://example.org/m/1#geheim", "1", new Date("2026-11-01T00:00:00Z"));

test("the file says when, what and where, in UTC", () => {
  const lines = made().split("\r\n");
  expect(lines).toContain("DTSTART:20261124T083000Z");
  expect(lines).toContain("DTEND:20261124T093000Z");
  expect(lines).toContain("SUMMARY:Haushalt\\; Teil 1\\, Übersicht");
  expect(lines).toContain("URL:https://example.org/m/1#geheim");
});

test("long titles are folded and read back whole", () => {
  const title = "Übergreifende Abstimmung ".repeat(8).trim();
  const file = made(title);
  for (const line of file.split("\r\n")) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
  expect(file.replaceAll("\r\n ", "")).toContain(`SUMMARY:${title}`);
});

test("a title cannot smuggle in lines of its own", () => {
  expect(made("A\r\nATTENDEE:mailto:x@example.org").split("\r\n").some((line) => line.startsWith("ATTENDEE"))).toBe(false);
});
