import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import de from "./de.json";
import en from "./en.json";

export type Language = "de" | "en";
export const languages: Language[] = ["de", "en"];
const stored = "rennsteig.language";

/** German first; a person's own choice is remembered on this device. */
export function startLanguage(storage: Pick<Storage, "getItem">): Language {
  return storage.getItem(stored) === "en" ? "en" : "de";
}

export function loadWords() {
  void i18next.use(initReactI18next).init({
    resources: { de: { translation: de }, en: { translation: en } },
    lng: startLanguage(localStorage),
    fallbackLng: "de",
    interpolation: { escapeValue: false }, // React escapes.
    returnNull: false,
  });
  document.documentElement.lang = i18next.language;
  i18next.on("languageChanged", (language) => (document.documentElement.lang = language));
}

export function chooseLanguage(language: Language) {
  localStorage.setItem(stored, language);
  void i18next.changeLanguage(language);
}

/** The language of an account counts only while nothing was chosen on this device. */
export function suggestLanguage(language: string | undefined) {
  if (localStorage.getItem(stored) === null && (language === "de" || language === "en")) void i18next.changeLanguage(language);
}
