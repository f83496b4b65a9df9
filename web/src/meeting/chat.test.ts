import { expect, test } from "vitest";
import { type Message, piecesOf, withMessage } from "./chat";

const message = (id: string, at: number): Message => ({ id, at, name: "A", own: false, text: id });

test("messages are ordered by time and told once", () => {
  const messages = [message("b", 2), message("a", 1), message("b", 2)].reduce(withMessage, [] as Message[]);
  expect(messages.map((each) => each.id)).toEqual(["a", "b"]);
});

test("addresses become links, without the full stop behind them", () => {
  expect(piecesOf("Siehe https://example.org/a?b=1. Danke")).toEqual([{ text: "Siehe " }, { link: "https://example.org/a?b=1" }, { text: ". Danke" }]);
});

test("markup and other schemes stay text", () => {
  expect(piecesOf("<b>javascript:alert(1)</b>")).toEqual([{ text: "<b>javascript:alert(1)</b>" }]);
});
