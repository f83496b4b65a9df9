import { afterEach, expect, test, vi } from "vitest";
import { Newsroom, type Sentence, sentencesFor, worthTelling } from "./news";

afterEach(() => vi.useRealTimers());

test("a few arrivals are told by name", () => {
  expect(sentencesFor([{ kind: "joined", name: "Ayşe" }, { kind: "left", name: "Thomas" }])).toEqual([
    { words: "news.joined", values: { name: "Ayşe" } },
    { words: "news.left", values: { name: "Thomas" } },
  ]);
});

test("more than five arrivals become a number", () => {
  const many = Array.from({ length: 7 }, (_, index) => ({ kind: "joined" as const, name: `P${index}` }));
  expect(sentencesFor(many)).toEqual([{ words: "news.joinedMany", values: { count: 7 } }]);
});

test("long messages are cut when read aloud", () => {
  const [sentence] = sentencesFor([{ kind: "chat", name: "Ayşe", text: "x".repeat(500) }]);
  expect(String(sentence?.values.text)).toHaveLength(200);
});

test("a message to one person alone is told as that", () => {
  expect(sentencesFor([{ kind: "chatOnly", name: "Ayşe", text: "Kurz" }])).toEqual([{ words: "news.chatOnly", values: { name: "Ayşe", text: "Kurz" } }]);
});

test("what happens within a moment is told at once", () => {
  vi.useFakeTimers();
  const told: Sentence[][] = [];
  const newsroom = new Newsroom((sentences) => told.push(sentences), () => "all", 700);
  newsroom.report({ kind: "joined", name: "A" });
  vi.advanceTimersByTime(300);
  newsroom.report({ kind: "joined", name: "B" });
  vi.advanceTimersByTime(400);
  expect(told).toHaveLength(1);
  expect(told[0]).toHaveLength(2);
  newsroom.report({ kind: "left", name: "A" });
  newsroom.close();
  vi.advanceTimersByTime(1000);
  expect(told).toHaveLength(1);
});

test("the person chooses how much is told", () => {
  const joined = { kind: "joined", name: "A" } as const;
  const hand = { kind: "hand", name: "A" } as const;
  expect([worthTelling(joined, "all"), worthTelling(joined, "few"), worthTelling(hand, "few"), worthTelling(hand, "none")]).toEqual([true, false, true, false]);
});

test("reactions are told with few words, and many as a number", () => {
  const reacts = (name: string, reaction: "agree" | "thanks" = "agree") => ({ kind: "reaction", name, reaction }) as const;
  expect(sentencesFor([reacts("A"), reacts("B", "thanks"), reacts("A")])).toEqual([
    { words: "react.by.agree", values: { name: "A" } },
    { words: "react.by.thanks", values: { name: "B" } },
  ]);
  expect(sentencesFor([reacts("A"), reacts("B"), reacts("C")])).toEqual([{ words: "react.many.agree", values: { count: 3 } }]);
  expect(worthTelling(reacts("A"), "few")).toBe(false);
});
