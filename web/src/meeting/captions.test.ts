import { expect, test } from "vitest";
import { type Line, linesKept, longestLine, shownMs, shownOf, textOf, withLine } from "./captions";

const line = (part: Partial<Line>): Line => ({ segment: "1", speaker: "anna", name: "Anna", text: "Guten Morgen", final: false, at: 0, older: false, ...part });
const texts = (lines: Line[]) => lines.map(({ text }) => text);

test("what was only guessed is replaced by what was said, in its place", () => {
  let lines = withLine([], line({ text: "Guten" }));
  lines = withLine(lines, line({ segment: "2", speaker: "ben", text: "Ja" }));
  lines = withLine(lines, line({ text: " Guten Morgen ", final: true }));
  expect(texts(lines)).toEqual(["Guten Morgen", "Ja"]);
  expect(texts(withLine(lines, line({ text: "Guten" }))), "a guess that comes late changes nothing").toEqual(["Guten Morgen", "Ja"]);
  expect(texts(withLine(lines, line({ text: "Guten Abend", final: true }))), "a correction does").toEqual(["Guten Abend", "Ja"]);
});

test("two people may use the same number for what they say", () => {
  expect(texts(withLine([line({})], line({ speaker: "ben", text: "Ja" })))).toEqual(["Guten Morgen", "Ja"]);
});

test("nothing is no line, and a guess that was nothing goes", () => {
  expect(withLine([], line({ text: "  " }))).toEqual([]);
  expect(withLine([line({})], line({ text: "", final: true }))).toEqual([]);
});

test("a program that says everything twice is read once", () => {
  const older = line({ segment: "SG_1", text: "Guten", older: true });
  let lines = withLine([], older);
  lines = withLine(lines, line({ segment: "SG_2" }));
  expect(texts(lines)).toEqual(["Guten Morgen"]);
  lines = withLine(lines, { ...older, text: "Guten Morgen", final: true });
  expect(texts(lines)).toEqual(["Guten Morgen"]);
  const ben = line({ speaker: "ben", segment: "SG_3", text: "Ja", older: true });
  expect(texts(withLine(lines, ben)), "of others the older kind counts").toEqual(["Guten Morgen", "Ja"]);
});

test("what was said long ago in the older kind stays", () => {
  const early = line({ segment: "SG_1", text: "Früher", older: true, final: true });
  expect(texts(withLine([early], line({ segment: "SG_2", at: 60_000 })))).toEqual(["Früher", "Guten Morgen"]);
});

test("lines and their number have a bound", () => {
  expect(withLine([], line({ text: "a".repeat(longestLine + 5) }))[0]!.text).toHaveLength(longestLine);
  let lines: Line[] = [];
  for (let number = 0; number <= linesKept; number++) lines = withLine(lines, line({ segment: String(number) }));
  expect(lines).toHaveLength(linesKept);
  expect(lines[0]!.segment).toBe("1");
});

test("over the pictures stands what is said now", () => {
  const lines = ["1", "2", "3", "4"].map((segment, at) => line({ segment, text: segment, at: at * 1000 }));
  expect(texts(shownOf(lines, 3000))).toEqual(["2", "3", "4"]);
  expect(texts(shownOf(lines, 1000 + shownMs))).toEqual(["3", "4"]);
  expect(shownOf(lines, 3000 + shownMs)).toEqual([]);
});

test("as text there is a line for each", () => {
  expect(textOf([line({}), line({ name: "Ben", text: "Ja" })], () => "09:30")).toBe("09:30 Anna: Guten Morgen\n09:30 Ben: Ja");
});
