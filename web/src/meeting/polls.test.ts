import { expect, test } from "vitest";
import { type Poll, type Polls, answersOf, heard, missingFrom, noPolls, percents, pollNews } from "./polls";
import { protocolOf } from "./protocol";

const packed = (said: unknown) => new TextEncoder().encode(JSON.stringify(said));
const said = (change: object = {}) => packed({ event: "poll", poll: 1, question: "Beschluss 7?", options: ["Ja", "Nein"], roll_call: true, with_guests: false, opened_at: "2026-11-24T08:00:00Z", voted: 0, entitled: 3, may_vote: true, has_voted: false, ...change });
const closed = said({ may_vote: false, voted: 2, closed_at: "2026-11-24T08:05:00Z", sums: [1, 1] });
const roll = (first: number, lines: object[]) => packed({ event: "poll_roll", poll: 1, first, of: 3, lines });
const after = (...messages: Uint8Array[]) => messages.reduce(heard, noPolls);

test("a question is shown as it is now, the newest first", () => {
  const polls = after(said(), said({ poll: 2, question: "Noch eine?" }), said({ voted: 1 }));
  expect(polls.all.map(({ poll, voted }) => [poll, voted])).toEqual([[2, 0], [1, 1]]);
  expect(after(said()).all[0]).toEqual({ poll: 1, question: "Beschluss 7?", options: ["Ja", "Nein"], rollCall: true, voted: 0, entitled: 3, mayVote: true, hasVoted: false, openedAt: "2026-11-24T08:00:00Z" });
});

test("a vote is on its way until the server says how its poll is", () => {
  const sending: Polls = { ...after(said(), said({ poll: 2 })), sending: 2 };
  expect(heard(sending, said()).sending).toBe(2);
  expect(heard(sending, said({ poll: 2, has_voted: true })).sending).toBeUndefined();
});

test("what is not understood changes nothing", () => {
  for (const nonsense of [new Uint8Array([255]), packed(null), packed({ event: "muted" }), packed({ event: "poll", poll: "1" }), packed({ event: "poll_roll", poll: 1 })]) expect(heard(noPolls, nonsense)).toBe(noPolls);
});

test("a roll is put together piece by piece, and no piece counts twice", () => {
  const anna = { name: "Anna", choice: 0 };
  const [ben, cleo] = [{ name: "Ben", choice: 1 }, { name: "Cleo" }];
  const half = after(closed, roll(0, [anna, ben]), roll(0, [anna, ben]));
  expect(missingFrom(half, half.all[0]!)).toBe(2);
  const whole = heard(half, roll(2, [cleo]));
  expect(whole.rolls[1]).toEqual([anna, ben, cleo]);
  expect(missingFrom(whole, whole.all[0]!)).toBeUndefined();
  const open = after(said());
  expect(missingFrom(open, open.all[0]!)).toBeUndefined();
});

test("a new question and a new result are news; what was so already is not", () => {
  expect(pollNews(noPolls, after(said()))).toBe("poll_open");
  expect(pollNews(after(said()), after(said({ voted: 1 })))).toBeUndefined();
  expect(pollNews(noPolls, after(said({ may_vote: false })))).toBeUndefined();
  expect(pollNews(after(said()), after(closed))).toBe("poll_closed");
  expect(pollNews(noPolls, after(closed))).toBeUndefined();
  expect(pollNews(noPolls, noPolls)).toBeUndefined();
});

test("parts are whole percents, also of nothing", () => {
  expect(percents([2, 1, 0])).toEqual([67, 33, 0]);
  expect(percents([0, 0])).toEqual([0, 0]);
});

test("a choice needs two different answers", () => {
  expect(answersOf([" Ja", "", "Nein "])).toEqual(["Ja", "Nein"]);
  expect(answersOf(["Ja", " "])).toBeUndefined();
  expect(answersOf(["Ja", "ja"])).toBeUndefined();
});

test("a protocol names the question, the times, the sums and everybody", () => {
  const [poll] = after(closed).all as [Poll];
  const t = (key: string, values: Record<string, unknown>) => key + (Object.keys(values).length > 0 ? JSON.stringify(values) : "");
  const text = protocolOf(poll, [{ name: "Anna", choice: 0 }, { name: "Cleo" }], { title: "Gemeinderat", opened: "9:00", closed: "9:05" }, t);
  expect(text.split("\r\n")).toEqual(["poll.protocolTitle", "", "poll.protocolMeeting: Gemeinderat", "poll.question: Beschluss 7?", "poll.protocolOpened: 9:00", "poll.protocolClosed: 9:05", 'poll.turnout{"voted":2,"entitled":3}', "", "Ja: 1", "Nein: 1", "", "Anna: Ja", "Cleo: poll.didNotVote", ""]);
});
