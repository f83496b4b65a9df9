/** The app's own catalogues: tests find things by what people read, in either language. */

import { readFileSync, readdirSync } from "node:fs";

export type Language = "de" | "en";

type Catalogue = { [key: string]: string | Catalogue };

const folder = new URL("../../../web/src/words/", import.meta.url);
const areas = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

/** All areas of the app in one: no text stands in two of them. */
const read = (language: Language): Catalogue =>
  Object.assign({}, ...areas.map(({ name }) => JSON.parse(readFileSync(new URL(`${name}/${language}.json`, folder), "utf8"))));
const catalogues = { de: read("de"), en: read("en") };

/** The text of a key with its placeholders filled in; an unknown key is an error of the test. */
export function words(key: string, values: Record<string, string | number> = {}, language: Language = "de"): string {
  let found: string | Catalogue | undefined = catalogues[language][key] ?? catalogues[language];
  if (typeof found !== "string") {
    for (const part of key.split(".")) found = typeof found === "object" ? found[part] : undefined;
  }
  if (typeof found !== "string") throw new Error(`the ${language} catalogue has no text "${key}"`);
  return found.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name) => String(values[name] ?? whole));
}

/** Every text of the app in a language, by its key. */
export function texts(language: Language): [key: string, text: string][] {
  const flat = (tree: Catalogue, before: string): [string, string][] =>
    Object.entries(tree).flatMap(([key, found]) => (typeof found === "string" ? [[before + key, found] as [string, string]] : flat(found, `${before}${key}.`)));
  return flat(catalogues[language], "");
}
