import { expect, test } from "vitest";
import { Notes, caretAfter, longest, notesFrom, paragraphsOf } from "./notes";

type Words = { ask: string; key?: string; block?: number; base?: string; after?: number; text?: string };

/** A page with notes, a clock of its own, and what it sends. */
function desk() {
  const asked: Words[] = [];
  const timers: { at: number; act: () => void }[] = [];
  let [now, keys] = [0, 0];
  const notes = new Notes({ ask: async (words) => void asked.push(words as Words), now: () => now, later: (act, ms) => void timers.push({ at: now + ms, act }), newKey: () => `k${(keys += 1)}` });
  const pass = (ms: number) => {
    const end = now + ms;
    for (;;) {
      const next = timers.filter(({ at }) => at <= end).sort((one, two) => one.at - two.at)[0];
      if (!next) break;
      timers.splice(timers.indexOf(next), 1);
      now = Math.max(now, next.at);
      next.act();
    }
    now = end;
  };
  const hear = (said: object) => notes.hear(new TextEncoder().encode(JSON.stringify(said)));
  const open = (...texts: string[]) => hear({ event: "notes", page: 0, of: 1, attended: 2, opened_at: "2026-11-24T09:00:00Z", blocks: texts.map((text, at) => ({ block: at + 1, text })) });
  const sent = () => asked.filter(({ ask }) => ask === "note");
  return { notes, asked, pass, hear, open, sent, texts: () => notes.paragraphs.map(({ text }) => text) };
}

test("what is typed is sent once the keys rest, with what it was made from, and what the server made of it is shown", () => {
  const { notes, pass, hear, open, sent, texts } = desk();
  open("Der Rat beschließt.");
  const { id } = notes.paragraphs[0]!;
  notes.type(id, "Der Rat beschließt den");
  notes.type(id, "Der Rat beschließt den Haushalt.");
  expect(sent()).toEqual([]);
  pass(700);
  expect(sent()).toMatchObject([{ block: 1, base: "Der Rat beschließt.", text: "Der Rat beschließt den Haushalt." }]);
  expect(notes.isUnsaved).toBe(true);
  hear({ event: "note", block: 1, text: "Der Rat der Stadt beschließt.", name: "Ben" });
  expect(texts(), "what is on its way is not pulled from under the fingers").toEqual(["Der Rat beschließt den Haushalt."]);
  hear({ event: "note_kept", key: sent()[0]!.key, block: 1, text: "Der Rat der Stadt beschließt den Haushalt." });
  expect(texts()).toEqual(["Der Rat der Stadt beschließt den Haushalt."]);
  expect(notes.isUnsaved).toBe(false);
  expect([...notes.news]).toEqual(["Ben"]);
});

test("typing on while something is on its way sends the rest with what was sent as its base", () => {
  const { notes, pass, hear, open, sent, texts } = desk();
  open("Eins");
  const { id } = notes.paragraphs[0]!;
  notes.type(id, "Eins zwei");
  pass(700);
  notes.type(id, "Eins zwei drei");
  hear({ event: "note_kept", key: sent()[0]!.key, block: 1, text: "Null Eins zwei" });
  expect(texts()).toEqual(["Eins zwei drei"]);
  expect(sent()[1]).toMatchObject({ base: "Eins zwei", text: "Eins zwei drei" });
});

test("new paragraphs are sent one after the other, so that their order stays", () => {
  const { notes, pass, hear, open, sent } = desk();
  open("Anfang");
  const first = notes.add(notes.paragraphs[0]!.id, "Zwei");
  notes.add(first, "Drei");
  pass(700);
  expect(sent()).toMatchObject([{ after: 1, text: "Zwei" }]);
  hear({ event: "note_kept", key: sent()[0]!.key, block: 7, after: 1, text: "Zwei" });
  expect(sent()[1]).toMatchObject({ after: 7, text: "Drei" });
  expect(notes.paragraphs.map(({ block }) => block)).toEqual([1, 7, undefined]);
});

test("what others write comes where it belongs, and goes when they take it away", () => {
  const { hear, open, texts } = desk();
  open("A", "C");
  hear({ event: "note", block: 9, after: 1, text: "B", name: "Ben" });
  hear({ event: "note", block: 10, after: 0, text: "Kopf", name: "Ben" });
  expect(texts()).toEqual(["Kopf", "A", "B", "C"]);
  hear({ event: "note", block: 2, text: "", name: "Ben" });
  expect(texts()).toEqual(["Kopf", "A", "B"]);
});

test("what two began at the same place stands in the order of the meeting, with what was typed behind it", () => {
  const { notes, pass, hear, open, texts, sent } = desk();
  open("A");
  const mine = notes.add(notes.paragraphs[0]!.id, "Meins");
  notes.add(mine, "Dazu");
  pass(700);
  hear({ event: "note", block: 7, after: 1, text: "Deins", name: "Ben" });
  expect(texts()).toEqual(["A", "Deins", "Meins", "Dazu"]);
  hear({ event: "note_kept", key: sent()[0]!.key, block: 8, after: 1, text: "Meins" });
  expect(texts()).toEqual(["A", "Meins", "Dazu", "Deins"]);
  expect(sent()[1]).toMatchObject({ after: 8, text: "Dazu" });
});

test("after the line was away nothing typed is lost, and what was on its way is sent again under the same key", () => {
  const { notes, pass, open, sent, hear, texts } = desk();
  open("Eins", "Zwei");
  notes.type(notes.paragraphs[0]!.id, "Eins A");
  pass(700);
  notes.add(notes.paragraphs[1]!.id, "Neu");
  notes.read();
  open("Eins B");
  expect(texts()).toEqual(["Eins A", "Neu"]);
  const [one, again, added] = sent();
  expect(again).toEqual(one);
  expect(added).toMatchObject({ after: 1, text: "Neu" });
  hear({ event: "note_kept", key: one!.key, block: 1, text: "Eins B A" });
  expect(texts()).toEqual(["Eins B A", "Neu"]);
  const before = sent().length;
  pass(5_000);
  expect(sent().length, "without an answer it is sent again").toBe(before + 1);
});

test("a refusal is told and what is typed stays; what was too fast is tried again", () => {
  const { notes, pass, open, sent, hear, texts } = desk();
  open("Eins");
  const { id } = notes.paragraphs[0]!;
  notes.type(id, "Eins!");
  pass(700);
  hear({ event: "note_refused", key: sent()[0]!.key, reason: "too_fast" });
  pass(1_500);
  expect(sent()).toHaveLength(2);
  hear({ event: "note_refused", key: sent()[1]!.key, reason: "not_allowed" });
  pass(60_000);
  expect(sent()).toHaveLength(2);
  expect([texts(), notes.paragraphs[0]!.refused]).toEqual([["Eins!"], "not_allowed"]);
  notes.type(id, "Eins?");
  pass(700);
  expect(sent()).toHaveLength(3);
});

test("who writes elsewhere is shown for a while, and others hear that one writes now and then", () => {
  const { notes, asked, pass, open, hear } = desk();
  open("Eins", "Zwei");
  pass(10_000);
  hear({ event: "note_writing", block: 2, name: "Ben" });
  expect(notes.paragraphs[1]!.writer?.name).toBe("Ben");
  hear({ event: "note", block: 2, text: "Zwei!", name: "Ben" });
  expect(notes.paragraphs[1]!.writer?.name, "what is written does not end the writing").toBe("Ben");
  pass(6_000);
  expect(notes.paragraphs[1]!.writer).toBeUndefined();
  for (const text of ["a", "ab", "abc"]) notes.type(notes.paragraphs[0]!.id, text);
  expect(asked.filter(({ ask }) => ask === "note_writing")).toEqual([{ ask: "note_writing", block: 1 }]);
});

test("a paragraph is divided, and an empty one goes", () => {
  const { notes, open, pass, sent, hear, texts } = desk();
  open("Eins zwei");
  const behind = notes.split(notes.paragraphs[0]!.id, 4);
  expect(texts()).toEqual(["Eins", "zwei"]);
  notes.drop(behind);
  expect(texts(), "what was never sent just goes").toEqual(["Eins"]);
  notes.drop(notes.paragraphs[0]!.id);
  pass(700);
  hear({ event: "note_kept", key: sent()[0]!.key, block: 1, text: "" });
  expect(texts()).toEqual([]);
});

test("the caret stays where it was in the words", () => {
  expect(caretAfter("Der Rat", "Der alte Rat", 7)).toBe(12);
  expect(caretAfter("Der Rat", "Der Rat tagt", 3)).toBe(3);
  expect(caretAfter("abc", "", 2)).toBe(0);
});

test("text from elsewhere becomes paragraphs that are not too long", () => {
  expect(paragraphsOf("Eins\r\n\nZwei\tdrei\n")).toEqual(["Eins", "Zwei drei"]);
  const long = paragraphsOf("wort ".repeat(900));
  expect(long.every((each) => each.length <= longest)).toBe(true);
  expect(long.join(" ")).toBe("wort ".repeat(900).trim());
});

test("who writes stands in the metadata", () => {
  expect(notesFrom('{"notes":{"everybody":true}}')).toEqual({ everybody: true });
  expect(notesFrom('{"notes":{}}')).toEqual({ everybody: false });
  for (const text of [undefined, "", "{}", "null", "hall"]) expect(notesFrom(text)).toBeUndefined();
});
