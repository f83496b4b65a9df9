import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import de from "./de.json";
import en from "./en.json";

type Tree = { [key: string]: string | Tree };
const flat = (tree: Tree, prefix = ""): [string, string][] => Object.entries(tree).flatMap(([key, value]) => (typeof value === "string" ? [[prefix + key, value] as [string, string]] : flat(value, `${prefix}${key}.`)));
const german = flat(de);
const english = flat(en);
const holes = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map((match) => match[1]).sort();

// The terms our glossary replaces, and words we do not use towards the public.
const forbidden = [
  /\b(Meetings?|Calls?|Sessions?)\b/, /\bLobby\b/i, /\bScreen-?sharing\b/i, /\bUsers?\b/, /\bHosts?\b/, /\bModerator(en|in|innen)?\b/, /\bRecurrence\b/i, /\bQueue\b/i, /\bVoting\b/i, /\bRecording\b/i, /\bTickets?\b/i,
  /\bPasscode\b/i, /\bBreakout/i, /\bTenant\b/i, /\bstumm/i, /\bauflegen\b/i, /\bHand heben\b/i, /\bPasswort/i, /\bLogin\b/i, /[*_:](in|innen)\b/,
  /\b(du|dich|dir|dein|deine|deinen|deinem|deiner|euch|euer|eure)\b/i,
];

test("German and English say the same things", () => {
  expect(english.map(([key]) => key).sort()).toEqual(german.map(([key]) => key).sort());
});

test("both languages leave the same holes to be filled", () => {
  const other = new Map(english);
  expect(german.filter(([key, text]) => holes(text).join() !== holes(other.get(key) ?? "").join()).map(([key]) => key)).toEqual([]);
});

test("the German words follow the glossary", () => {
  const hits = german.flatMap(([key, text]) => forbidden.filter((word) => word.test(text)).map((word) => `${key}: ${text} (${word})`));
  expect(hits).toEqual([]);
});

test("sentences have at most 15 words", () => {
  const long = german.flatMap(([key, text]) => text.split(/[.!?] |: /).filter((sentence) => sentence.split(/\s+/).length > 15).map(() => `${key}: ${text}`));
  expect(long).toEqual([]);
});

test("no text is empty", () => {
  expect([...german, ...english].filter(([, text]) => text.trim() === "")).toEqual([]);
});

test("every text the pages name exists", () => {
  const keys = new Set(german.map(([key]) => key.replace(/_(zero|one|other)$/, "")));
  const missing = sources(join(import.meta.dirname, "..")).flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/\bt\((?:\w+ \? )?"([\w.]+)"(?: : "([\w.]+)")?/g)].flatMap((match) => [match[1], match[2]].filter((key) => key !== undefined && !keys.has(key)).map((key) => `${key} in ${file}`)),
  );
  expect(missing).toEqual([]);
});

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? sources(join(folder, entry.name)) : /(?<!\.test)\.tsx?$/.test(entry.name) ? [join(folder, entry.name)] : []));
}
