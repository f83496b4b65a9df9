import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { type Sections, everyArea, readWords } from "./areas";

const flat = (tree: Sections, prefix = ""): [string, string][] => Object.entries(tree).flatMap(([key, value]) => (typeof value === "string" ? [[prefix + key, value] as [string, string]] : flat(value, `${prefix}${key}.`)));
const catalogues = new Map(await Promise.all(everyArea.map(async (area) => [area, { de: await readWords(area, "de"), en: await readWords(area, "en") }] as const)));
const german = [...catalogues.values()].flatMap(({ de }) => flat(de));
const english = [...catalogues.values()].flatMap(({ en }) => flat(en));
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

test("no text stands in two areas", () => {
  const sections = [...catalogues.values()].flatMap(({ de }) => Object.keys(de));
  expect(sections.filter((section, at) => sections.indexOf(section) !== at)).toEqual([]);
});

test("every page brings the words it shows", () => {
  const homes = new Map([...catalogues].flatMap(([area, { de }]) => Object.keys(de).map((section) => [section, area] as const)));
  const missing = pages().flatMap(({ file, brought }) =>
    [...readFileSync(file, "utf8").matchAll(/["'`](\w+)\.[\w$]/g)].map((match) => match[1]!).filter((section) => homes.has(section) && !brought.has(homes.get(section)!)).map((section) => `${section} in ${relative(source, file)} with ${[...brought].join()}`),
  );
  expect(missing).toEqual([]);
  expect(new Set(pages().map(({ file }) => file)).size, "every source that is part of the app was looked at").toBeGreaterThan(150);
});

const source = join(import.meta.dirname, "..");

/** Every file of the app, once for each way that leads to it, with the areas brought on that way. */
function pages() {
  const found = new Map<string, { file: string; brought: Set<string> }>();
  const walk = (file: string, brought: Set<string>) => {
    const key = [file, ...[...brought].sort()].join();
    if (found.has(key)) return;
    found.set(key, { file, brought });
    const text = readFileSync(file, "utf8");
    for (const [, path] of text.matchAll(/^(?:import|export) (?!type\b)[^"]*"(\.[^"]+)";$/gm)) follow(file, path!, brought);
    for (const [, area, path] of text.matchAll(/(?:withWords\("(\w+)", \(\) => )?import\("(\.[^"]+)"\)/g)) follow(file, path!, area ? new Set([...brought, area]) : brought);
  };
  const follow = (from: string, path: string, brought: Set<string>) => {
    const target = [path, `${path}.ts`, `${path}.tsx`].map((each) => join(dirname(from), each)).find((each) => /\.tsx?$/.test(each) && existsSync(each));
    if (target) walk(target, brought);
  };
  walk(join(source, "main.tsx"), new Set(["everywhere"]));
  return [...found.values()];
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? sources(join(folder, entry.name)) : /(?<!\.test)\.tsx?$/.test(entry.name) ? [join(folder, entry.name)] : []));
}
