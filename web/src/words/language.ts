import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { type Area, readWords } from "./areas";

export type Language = "de" | "en";
export const languages: Language[] = ["de", "en"];
const stored = "rennsteig.language";
const bundle = "translation";

/** The choice made on this device, else the first language of the browser that there is, else German. */
export function startLanguage(storage: Pick<Storage, "getItem">, preferred: readonly string[]): Language {
  const [choice] = [storage.getItem(stored), ...preferred].flatMap((tag) => languages.filter((language) => tag?.toLowerCase().split("-")[0] === language));
  return choice ?? "de";
}

/** What the pages shown so far need; a change of the language fetches all of it before anything changes. */
const needed = new Set<Area>(["everywhere"]);
const fetched: Record<Language, Set<Area>> = { de: new Set(), en: new Set() };
let wanted: Language = "de";

/** Fetches the words of every page in the language to begin with; pages are drawn after that. */
export async function loadWords() {
  wanted = startLanguage(localStorage, navigator.languages);
  await i18next.use(initReactI18next).init({
    resources: {},
    lng: wanted,
    fallbackLng: false, // Both catalogues are complete, so neither falls back to the other.
    interpolation: { escapeValue: false }, // React escapes.
    returnNull: false,
  });
  await fetchMissing(wanted);
  document.documentElement.lang = i18next.language;
  i18next.on("languageChanged", (language) => (document.documentElement.lang = language));
}

/** A page together with its words: neither is shown without the other. For `lazy`. */
export function withWords<Page>(area: Area, load: () => Promise<Page>): () => Promise<Page> {
  return async () => (await Promise.all([load(), bringWords(area)]))[0];
}

async function bringWords(area: Area) {
  needed.add(area);
  // A choice made meanwhile is followed: the page must not appear in a language it has no words in.
  for (let language: Language | undefined; language !== wanted; ) await fetchMissing((language = wanted));
}

async function fetchMissing(language: Language) {
  const missing = () => [...needed].filter((area) => !fetched[language].has(area));
  while (missing().length > 0)
    await Promise.all(
      missing().map(async (area) => {
        i18next.addResourceBundle(language, bundle, await readWords(area, language), true, true);
        fetched[language].add(area);
      }),
    );
}

export function chooseLanguage(language: Language) {
  localStorage.setItem(stored, language);
  void change(language);
}

async function change(language: Language) {
  wanted = language;
  await fetchMissing(language);
  if (wanted === language) await i18next.changeLanguage(language);
}

/** The language of an account counts only while nothing was chosen on this device. */
export function suggestLanguage(language: string | undefined) {
  if (localStorage.getItem(stored) === null && (language === "de" || language === "en")) void change(language);
}
