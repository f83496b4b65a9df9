/** What of a page's accessibility tree is the app's own: its roles, states and texts, without the data of the moment. */

import { type Language, texts } from "./words.ts";

/** Stands for what is not a text of the app: a name, a time, a number, a title. */
const DATA = "…";
/** What comes and goes with the load of the machine, not with the state of the page. */
const FLEETING = /^(quality\.|hint\.|help\.nothing$|running\.(pictures|reason|load|uploadLimit)|tile\.(speaks|weak|weakOwn|paused)$)/;
/** What follows the clock. */
const CLOCKED = /^next\./;
/** Of these, one of each kind is enough, however many there are and wherever they stand. */
const KINDS = new Set(["option", "row", "listitem", "article"]);
/** A text with fewer letters of its own than this says nothing about whose it is: `{{from}} bis {{to}}`. */
const LEAST_LETTERS = 4;
const BETWEEN = /\s*(?:,|\.|;|·|–)\s+/;
/** A figure with its unit, which the catalogue also has for limits. */
const FIGURE = /^[\d.,:  ]+(%|ms|[kMG]?bit\/s)?$/;
/** What stands on the pages in no language, or in its own. */
const NAMES = ["Rennsteig", "Deutsch", "English"];

interface Node {
  role: string;
  name: string;
  states: string;
  value: string;
  children: Node[];
}

/** Of a tree as the browser tells it, what stays the same for everybody and on every day. */
export function heard(snapshot: string, language: Language): string {
  const say = vocabulary(language);
  const told = (node: Node): Node | undefined => {
    if (node.role === "/url") return { ...node, value: addressOf(node.value) };
    // Rows and cells are called what is in them.
    const name = node.name && node.role !== "row" && !(node.role === "cell" && node.children.length > 0) ? say(node.name) : "";
    const value = node.value && say(node.value);
    const children = merged(node.children.map(told).filter((child) => child !== undefined));
    const emptied = (node.value !== "" && value === "") || (node.children.length > 0 && children.length === 0);
    if (emptied && name === "" && node.role !== "cell") return undefined;
    // Which of many is chosen follows the clock: times, days, zones.
    const states = node.role === "option" && name === DATA ? "" : node.states.replace(" [active]", "");
    return { ...node, name, value, states, children };
  };
  // At the top stand the two regions for announcements, and those of the library: what was said last is no part of the page.
  const nodes = read(snapshot).filter(({ role }) => role !== "status" && role !== "log");
  return merged(nodes.map(told).filter((node) => node !== undefined)).map((node) => print(node, "")).join("");
}

function print({ role, name, states, value, children }: Node, indent: string): string {
  const line = `${indent}- ${role}${name && ` "${name}"`}${states}${value && `: ${value}`}`;
  return `${line}\n${children.map((child) => print(child, `${indent}  `)).join("")}`;
}

/** Without what says the same again. */
function merged(nodes: Node[]): Node[] {
  const seen = new Set<string>();
  let last = "";
  return nodes.filter((node) => {
    const text = print(node, "");
    const repeats = KINDS.has(node.role) ? seen.has(text) : text === last && node.role === "text";
    seen.add(text);
    last = text;
    return !repeats;
  });
}

/** The page behind an address, without host, ids and secrets. */
function addressOf(address: string): string {
  if (/^(data|blob):/.test(address)) return `${address.split(/[:;,]/).slice(0, 2).join(":")}${DATA}`;
  return address
    .replace(/^https?:\/\/[^/]+/, "")
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, DATA)
    .replace(/([#=])[^&#]*\d[^&#]*/g, `$1${DATA}`);
}

/** Tells what of a text comes from the catalogue. */
function vocabulary(language: Language): (text: string) => string {
  const entries = texts(language);
  const all = new Map(entries);
  const plain = (text: string) => text.replace(/\s+/g, " ").trim();
  const shown = (key: string, text: string) => (FLEETING.test(key) ? "" : CLOCKED.test(key) ? DATA : plain(all.get(key.replace(/_(zero|one)$/, "_other")) ?? text).replace(/\{\{\s*(\w+)\s*\}\}/g, "{$1}"));
  const whole = new Map(entries.map(([key, text]) => [plain(text), shown(key, text)]));
  const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const holed = entries
    .filter(([, text]) => text.includes("{{"))
    .map(([key, text]) => {
      const parts = plain(text).split(/\{\{\s*\w+\s*\}\}/);
      return { form: new RegExp(`^${parts.map(escaped).join(".+?")}$`), shown: shown(key, text), letters: parts.join("").replace(/\P{L}/gu, "").length };
    })
    .filter(({ letters }) => letters >= LEAST_LETTERS)
    .sort((one, other) => other.letters - one.letters);
  const literal = [...whole.keys(), ...NAMES].filter((text) => text.length > 1).sort((one, other) => other.length - one.length);
  const lettersOf = (text: string) => text.replace(/\P{L}/gu, "").length;
  const known = (text: string) => (FIGURE.test(text) ? DATA : NAMES.includes(text) ? text : whole.get(text));
  /** Texts that stand side by side are told in one line: of the ways to read it the one that leaves the fewest letters to data. */
  const reading = (line: string): Reading => {
    const text = line.replace(/^[\s,.;·–]+|[\s,;·–]+$/g, "");
    if (text === "") return { parts: [], letters: 0 };
    const found = known(text);
    if (found !== undefined) return { parts: [found], letters: lettersOf(text) };
    const form = holed.find((each) => each.form.test(text));
    const first = literal.find((each) => text.startsWith(`${each} `));
    const last = literal.find((each) => text.endsWith(` ${each}`));
    const pieces = text.split(BETWEEN).filter((piece) => piece !== "");
    const all = [
      { parts: [DATA], letters: 0 },
      ...(form ? [{ parts: [form.shown], letters: form.letters }] : []),
      ...(first === undefined ? [] : [joined([reading(first), reading(text.slice(first.length + 1))])]),
      ...(last === undefined ? [] : [joined([reading(text.slice(0, -last.length - 1)), reading(last)])]),
      ...(pieces.length > 1 ? [joined(pieces.map(reading))] : []),
    ];
    return all.reduce((best, each) => (each.letters > best.letters ? each : best));
  };
  const said = new Map<string, string>();
  return (text) => {
    if (!said.has(text)) {
      const parts = reading(plain(text)).parts.filter((part) => part !== "");
      said.set(text, parts.filter((part, at) => part !== DATA || parts[at - 1] !== DATA).join(", "));
    }
    return said.get(text)!;
  };
}

interface Reading {
  parts: string[];
  letters: number;
}

const joined = (readings: Reading[]): Reading => ({ parts: readings.flatMap(({ parts }) => parts), letters: readings.reduce((sum, { letters }) => sum + letters, 0) });

const LINE = /^(\/?[\w-]+)(?: ("(?:[^"\\]|\\.)*"))?((?: \[[^\]]*\])*)(?::(?: (.*))?)?$/;

/** The tree from its lines, which are indented by two spaces each. */
function read(snapshot: string): Node[] {
  const top: Node[] = [];
  const open: { depth: number; children: Node[] }[] = [{ depth: -1, children: top }];
  for (const line of snapshot.split("\n").filter((each) => each.trim() !== "")) {
    const depth = line.search(/\S/);
    const node = nodeOf(line.slice(depth + 2));
    while (open.at(-1)!.depth >= depth) open.pop();
    open.at(-1)!.children.push(node);
    open.push({ depth, children: node.children });
  }
  return top;
}

function nodeOf(line: string): Node {
  // A key with signs of its own stands in single quotes, which are doubled inside.
  const quoted = /^'((?:[^']|'')*)'(.*)$/.exec(line);
  const parts = LINE.exec(quoted ? quoted[1]!.replaceAll("''", "'") + quoted[2]! : line);
  if (!parts) throw new Error(`a line of the accessibility tree cannot be read: ${line}`);
  const [, role, name = "", states = "", value = ""] = parts;
  return { role: role!, name: unquoted(name), states, value: unquoted(value), children: [] };
}

const unquoted = (text: string) => (/^".*"$/.test(text) ? text.slice(1, -1).replace(/\\(.)/g, (_, sign: string) => (sign === "n" ? " " : sign)) : text);
