import { useWords } from "../words/useWords";
import type { Captured } from "./consent";

/** Who records or writes down what, and what nobody here knows of it. */
export function CaptureWords({ captured: { recorded_by, captioned_by } }: { captured: Captured }) {
  const { t, language } = useWords();
  const list = (names: string[]) => new Intl.ListFormat(language).format(names.filter(Boolean)) || t("consent.aProgram");
  return (
    <>
      {recorded_by.length > 0 && <p>{t("consent.records", { names: list(recorded_by) })}</p>}
      {captioned_by.length > 0 && <p>{t("consent.writes", { names: list(captioned_by) })}</p>}
      <p>{t("consent.unknown")}</p>
    </>
  );
}
