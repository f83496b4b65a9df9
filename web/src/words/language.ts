import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export type Language = "de" | "en";
export const languages: Language[] = ["de", "en"];
const stored = "rennsteig.language";

/** German first; a person's own choice is remembered on this device. */
export function startLanguage(storage: Pick<Storage, "getItem">): Language {
  return storage.getItem(stored) === "en" ? "en" : "de";
}

// Each catalogue is a file of its own: most people read one. Both are complete, so neither falls back to the other.
const catalogues = { de: () => import("./de.json"), en: () => import("./en.json") };

/** Fetches the catalogue of the language to begin with; pages are drawn after that. */
export async function loadWords() {
  const language = startLanguage(localStorage);
  const { default: translation } = await catalogues[language]();
  await i18next.use(initReactI18next).init({
    resources: { [language]: { translation } },
    lng: language,
    fallbackLng: false,
    interpolation: { escapeValue: false }, // React escapes.
    returnNull: false,
  });
  document.documentElement.lang = i18next.language;
  i18next.on("languageChanged", (language) => (document.documentElement.lang = language));
}

export function chooseLanguage(language: Language) {
  localStorage.setItem(stored, language);
  void change(language);
}

async function change(language: Language) {
  if (!i18next.hasResourceBundle(language, "translation")) i18next.addResourceBundle(language, "translation", (await catalogues[language]()).default);
  await i18next.changeLanguage(language);
}

/** The language of an account counts only while nothing was chosen on this device. */
export function suggestLanguage(language: string | undefined) {
  if (localStorage.getItem(stored) === null && (language === "de" || language === "en")) void change(language);
}
