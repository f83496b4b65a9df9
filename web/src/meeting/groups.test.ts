import { expect, test } from "vitest";
import { groupNews, nameOf, placeOf } from "./groupNews";
import { type Groups, heardOfGroups, leftUntil, minutesFrom, noGroups, stepsOf } from "./groups";
import type { PersonView } from "./people";

const packed = (said: unknown) => new TextEncoder().encode(JSON.stringify(said));
const said = (change: object = {}) => packed({ event: "groups", open: true, titles: ["Haushalt", "Gruppenraum 2"], may_choose: false, may_return: true, opened_at: "2026-11-24T08:00:00Z", calling: [], ...change });
const none = packed({ event: "groups", open: false });
const began = Date.parse("2026-11-24T08:00:00Z");
const after = (...messages: Uint8Array[]) => messages.reduce((state, message) => heardOfGroups(state, message, began), noGroups);
const person = (role: PersonView["role"]) => ({ role }) as PersonView;
const [moderator, guest] = [person("moderator"), person("guest")];
const say = (key: string, values: Record<string, unknown> = {}) => (key === "groups.unnamed" ? `Gruppenraum ${String(values.number)}` : [key, ...Object.values(values)].join(" "));
const told = (before: Groups, ...messages: Uint8Array[]) => groupNews(before, messages.reduce((state, message) => heardOfGroups(state, message, began), before), say);

test("what is open is shown as it is now, and is gone when it is over", () => {
  const groups = after(none, said({ place: 2, own: 2, calling: [2], ends_at: "2026-11-24T08:10:00Z" }));
  expect(groups.open).toEqual({ titles: ["Haushalt", "Gruppenraum 2"], mayChoose: false, mayReturn: true, place: 2, own: 2, calling: [2], end: { said: "2026-11-24T08:10:00Z", at: began + 600_000 } });
  const over = heardOfGroups(groups, none, began);
  expect([over.open, over.note]).toEqual([undefined, { what: "over" }]);
  expect(after(none).note, "nothing ended for who finds none").toBeUndefined();
});

test("what is not understood changes nothing", () => {
  for (const nonsense of [new Uint8Array([255]), packed(null), packed({ event: "muted" }), packed({ event: "groups", open: true }), packed({ event: "group_word" }), packed({ event: "groups_ending", seconds: 60 })]) expect(heardOfGroups(noGroups, nonsense, began)).toBe(noGroups);
});

test("a clock that goes wrong does not change how long groups take", () => {
  const wrong = began - 3_600_000;
  const message = said({ ends_at: "2026-11-24T08:10:00Z" });
  const fromTheStart = heardOfGroups(heardOfGroups(noGroups, none, wrong), message, wrong);
  expect(fromTheStart.open?.end?.at).toBe(wrong + 600_000);
  expect(heardOfGroups(fromTheStart, message, wrong + 5_000).open?.end?.at, "the same end stays where it is").toBe(wrong + 600_000);
  const ending = heardOfGroups(fromTheStart, packed({ event: "groups_ending", seconds: 60 }), wrong);
  expect(ending.open?.end?.at).toBe(wrong + 60_000);
  const later = heardOfGroups(noGroups, message, began + 60_000);
  expect(later.open?.end?.at, "who comes later believes the clock").toBe(began + 600_000);
});

test("the time left is told in minutes, and in seconds in the last one", () => {
  expect(leftUntil(began + 12 * 60_000, began)).toEqual({ unit: "minutes", count: 12 });
  expect(leftUntil(began + 61_000, began)).toEqual({ unit: "minutes", count: 2 });
  expect(leftUntil(began + 60_000, began)).toEqual({ unit: "seconds", count: 60 });
  expect(leftUntil(began, began + 5_000)).toEqual({ unit: "seconds", count: 0 });
});

test("who is led somewhere may go back and come again if the moderation allows it", () => {
  const inside = after(said({ place: 2, own: 2 })).open!;
  expect(stepsOf(inside, [moderator, guest], false)).toEqual({ mayLeave: true, back: undefined, choices: [], mayCall: true, isCalling: false, calls: [] });
  expect(stepsOf({ ...inside, place: undefined }, [moderator], false)).toMatchObject({ mayLeave: false, back: 2, choices: [], mayCall: false });
  expect(stepsOf({ ...inside, mayReturn: false }, [moderator, guest], false).mayLeave).toBe(false);
  expect(stepsOf({ ...inside, mayReturn: false }, [guest], false), "nobody is stuck without a moderator, and nobody would hear a call").toMatchObject({ mayLeave: true, mayCall: false });
});

test("who may choose sees every other group; the moderation has them all in a list of its own", () => {
  const open = after(said({ may_choose: true, place: 1, own: 1 })).open!;
  expect(stepsOf(open, [moderator], false).choices).toEqual([2]);
  expect(stepsOf({ ...open, place: undefined }, [], true).choices).toEqual([]);
});

test("a call stands until somebody comes: for the group as a word, for the moderation as a way there", () => {
  const calling = after(said({ place: 2, own: 2, calling: [2] })).open!;
  expect(stepsOf(calling, [moderator], false)).toMatchObject({ mayCall: false, isCalling: true, calls: [] });
  expect(stepsOf({ ...calling, place: 1 }, [], true)).toMatchObject({ calls: [2], isCalling: false });
});

test("a title that only repeats the number is not said twice", () => {
  expect(nameOf(["Haushalt", "Gruppenraum 2"], 1, say)).toBe("groups.named 1 Haushalt");
  expect(nameOf(["Haushalt", "Gruppenraum 2"], 2, say)).toBe("Gruppenraum 2");
  expect(placeOf([], undefined, say)).toBe("groups.main");
});

test("being led somewhere, a word, the end and a call are told once", () => {
  const inside = after(none, said({ place: 2, own: 2 }));
  expect(told(after(none), said({ place: 2, own: 2 }))).toEqual(["groups.told.into Gruppenraum 2"]);
  expect(told(after(none), said({ may_choose: true }))).toEqual(["groups.told.open", "groups.told.choose"]);
  expect(told(inside, said({ place: 2, own: 2 }))).toEqual([]);
  expect(told(inside, said({ own: 2 }))).toEqual(["groups.told.back"]);
  expect(told(inside, packed({ event: "group_word", text: "Noch fünf Minuten" }))).toEqual(["groups.told.word Noch fünf Minuten"]);
  expect(told(inside, none)).toEqual(["groups.note.over"]);
  expect(told(inside, packed({ event: "group_refused", reason: "no_moderator" }))).toEqual(["groups.note.no_moderator"]);
  const limited = after(none, said({ place: 2, own: 2, ends_at: "2026-11-24T08:10:00Z" }));
  expect(told(limited, packed({ event: "groups_ending", seconds: 60 }))).toEqual(["groups.told.ending 60"]);
  const help = [said({ calling: [2] }), packed({ event: "group_help", group: 2, name: "Gerda" })];
  expect(told(after(none, said()), ...help)).toEqual(["groups.calls Gerda Gruppenraum 2"]);
  expect(told(after(none, said(), ...help), said({ calling: [2] }))).toEqual([]);
});

test("what was said about earlier groups is gone when groups are opened anew", () => {
  const over = after(none, said({ place: 2 }), packed({ event: "group_word", text: "Schluss" }), none);
  expect([over.word, over.note]).toEqual([{ text: "Schluss" }, { what: "over" }]);
  const anew = heardOfGroups(over, said(), began);
  expect([anew.word, anew.note]).toEqual([undefined, undefined]);
});

test("a refusal stays until one is somewhere else", () => {
  const refused = after(said({ place: 2 }), packed({ event: "group_refused", reason: "not_allowed" }), said({ place: 2 }));
  expect(refused.note).toEqual({ what: "not_allowed" });
  expect(heardOfGroups(refused, said(), began).note).toBeUndefined();
  expect(after(packed({ event: "group_refused", reason: "something new" })).note).toEqual({ what: "not_allowed" });
});

test("minutes are a whole number up to four hours, or nothing", () => {
  expect(["", "  ", " 12 ", "240"].map(minutesFrom)).toEqual([undefined, undefined, 12, 240]);
  expect(["0", "241", "1.5", "-3", "zehn", "1e1"].map(minutesFrom)).toEqual(Array(6).fill("wrong"));
});
