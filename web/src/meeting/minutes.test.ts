// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { minutesOf } from "./minutes";
import type { Poll } from "./polls";

const t = (key: string, values: Record<string, unknown>) => [key, ...Object.values(values)].join(" ");
const head = { title: "Rat <der> Stadt", day: "Dienstag", from: "09:00", until: "10:00", attended: 12, language: "de" };
const poll: Poll = { poll: 1, question: "Beschluss *7*?", options: ["Ja", "Nein"], rollCall: true, voted: 3, entitled: 4, mayVote: false, hasVoted: true, openedAt: "2026-11-24T09:10:00Z", closedAt: "2026-11-24T09:20:00Z", sums: [2, 1] };
const rolls = { 1: [{ name: "Anna & Co", choice: 0 }, { name: "Ben" }] };

test("the page holds title, numbers, notes and votes, and nothing of it is taken for markup", () => {
  const page = minutesOf("html", head, ["Eins <b>", "Zwei"], [poll], rolls, t);
  const read = new DOMParser().parseFromString(page, "text/html");
  expect(read.documentElement.lang).toBe("de");
  expect(read.querySelector("h1")?.textContent).toBe("Rat <der> Stadt");
  expect([...read.querySelectorAll("dd")].map((each) => each.textContent)).toEqual(["Dienstag", "minutes.span 09:00 10:00", "minutes.people 12"]);
  expect(read.body.textContent).toContain("Eins <b>");
  expect([...read.querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent))).toEqual([["Ja", "poll.sum 2 67"], ["Nein", "poll.sum 1 33"], ["Anna & Co", "Ja"], ["Ben", "poll.didNotVote"]]);
  expect(read.querySelectorAll("script, b, img")).toHaveLength(0);
});

test("the text has the same in Markdown", () => {
  const text = minutesOf("markdown", head, ["Eins", "Zwei"], [poll], rolls, t);
  expect(text).toContain("# Rat \\<der\\> Stadt\n\n- minutes.day: Dienstag");
  expect(text).toContain("Eins\n\nZwei\n\n## minutes.votes\n\n### Beschluss \\*7\\*?");
  expect(text).toContain("- Ben: poll.didNotVote");
});

test("of an anonymous vote there are no names, and without votes no section of them", () => {
  expect(minutesOf("markdown", head, [], [{ ...poll, rollCall: false }], rolls, t)).not.toContain("Ben");
  const none = minutesOf("html", head, [], [], {}, t);
  expect(none).not.toContain("minutes.votes");
  expect(none).toContain("notes.empty");
});
