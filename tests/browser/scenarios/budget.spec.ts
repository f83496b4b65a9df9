import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";

const assets = new URL("../../../web/dist/assets/", import.meta.url);
const KIB = 1024;

/** A script with everything it imports before it runs; what is imported later, on demand, does not count. */
function withImports(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  const script = readFileSync(new URL(name, assets), "utf8");
  for (const [, imported] of script.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([\w.-]+\.js)"/g)) withImports(imported, found);
  return found;
}

const chunk = (name: string) => {
  const file = readdirSync(assets).find((each) => new RegExp(`^${name}-[\\w-]{8}\\.js$`).test(each));
  if (!file) throw new Error(`the built app has no chunk ${name}`);
  return file;
};
const size = (files: Set<string>) => [...files].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, assets)), { level: 9 }).length, 0) / KIB;

test("the lobby and the meeting load no more script than agreed", () => {
  const start = readFileSync(new URL("../index.html", assets), "utf8");
  const entry = /src="\/assets\/([\w.-]+\.js)"/.exec(start)?.[1];
  const lobby = new Set([...withImports(entry!), ...withImports(chunk("Visit"))]);
  const meeting = new Set([...lobby, ...withImports(chunk("Meeting"))]);
  expect(lobby.size).toBeGreaterThan(2);
  expect(meeting.size).toBeGreaterThan(lobby.size);
  console.log(`script, gzip: lobby ${size(lobby).toFixed(1)} KiB, with the meeting ${size(meeting).toFixed(1)} KiB`);
  expect(size(lobby), "lobby, KiB of script after gzip").toBeLessThanOrEqual(150);
  expect(size(meeting), "whole meeting, KiB of script after gzip").toBeLessThanOrEqual(320);
});
