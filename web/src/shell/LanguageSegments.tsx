import { chooseLanguage, languages } from "../words/language";
import { useWords } from "../words/useWords";

const names = { de: "Deutsch", en: "English" };

/** German or English, at once and everywhere. */
export function LanguageSegments() {
  const { t, language } = useWords();
  return (
    <div className="segments" role="group" aria-label={t("nav.language")}>
      {languages.map((each) => (
        <button key={each} type="button" lang={each} aria-pressed={language === each} onClick={() => chooseLanguage(each)}>{names[each]}</button>
      ))}
    </div>
  );
}
