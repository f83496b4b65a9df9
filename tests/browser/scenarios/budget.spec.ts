import { readFileSync, readdirSync } from "node:fs";
import { get } from "node:http";
import { expect, test } from "../harness/scenario.ts";

const assets = new URL("../../../web/dist/assets/", import.meta.url);
const KIB = 1024;
/** What is fetched by itself while people are in the lobby, behind what they need to get in. */
const FOLLOWING = ["menus", "aside"];

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

/** The bytes of the body as they come over the line, with what a browser asks for. */
function sent(url: string): Promise<{ bytes: number; encoding: string | undefined; type: string | undefined }> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { "accept-encoding": "gzip, deflate, br, zstd" } }, (answer) => {
      let bytes = 0;
      answer.on("data", (part: Buffer) => (bytes += part.length));
      answer.on("end", () => resolve({ bytes, encoding: answer.headers["content-encoding"], type: answer.headers["content-type"] }));
    }).on("error", reject);
  });
}

test("the lobby and the meeting load no more script than agreed", async ({ house }) => {
  const start = readFileSync(new URL("../index.html", assets), "utf8");
  const entry = /src="\/assets\/([\w.-]+\.js)"/.exec(start)?.[1];
  const lobby = new Set([...withImports(entry!), ...withImports(chunk("Visit"))]);
  const meeting = new Set([...lobby, ...withImports(chunk("Meeting"))]);
  expect(lobby.size).toBeGreaterThan(2);
  expect(meeting.size).toBeGreaterThan(lobby.size);
  const size = async (files: Set<string>) => {
    const answers = await Promise.all([...files].map((file) => sent(`${house.url}/assets/${file}`)));
    for (const { type } of answers) expect(type, "scripts, not a page that says they are missing").toContain("javascript");
    return answers.reduce((sum, { bytes }) => sum + bytes, 0) / KIB;
  };
  const all = new Set([...meeting, ...FOLLOWING.flatMap((name) => [...withImports(chunk(name))])]);
  const [first, inside, whole] = [await size(lobby), await size(meeting), await size(all)];
  console.log(`script as sent: lobby ${first.toFixed(1)} KiB, until one is in the meeting ${inside.toFixed(1)} KiB, with all that follows ${whole.toFixed(1)} KiB`);
  expect(first, "lobby, KiB of script as sent").toBeLessThanOrEqual(150);
  expect(inside, "meeting, KiB of script as sent until one is in").toBeLessThanOrEqual(260);
  expect(whole, "meeting, KiB of script as sent with menus, panel and dialogs").toBeLessThanOrEqual(320);
  const words = [await size(new Set(["everywhere-de", "visit-de"].map(chunk))), await size(new Set(["meeting-de"].map(chunk)))];
  console.log(`texts as sent: lobby ${words[0]!.toFixed(1)} KiB, the meeting ${words[1]!.toFixed(1)} KiB more`);
  expect(words[0]! + words[1]!, "KiB of texts as sent until one is in").toBeLessThanOrEqual(12);
  expect((await sent(`${house.url}/assets/${entry}`)).encoding).toBe("gzip");
  expect((await sent(house.url)).encoding, "the start page too").toBe("gzip");
});
