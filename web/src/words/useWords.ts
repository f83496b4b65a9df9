import { useTranslation } from "react-i18next";
import { explain } from "./explain";

/** The catalogue in the language of the moment, and refusals in plain words. */
export function useWords() {
  const { t, i18n } = useTranslation();
  return { t, language: i18n.language, explain: (error: unknown) => explain(error, t, i18n.language) };
}
