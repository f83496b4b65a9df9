import { useEffect, useState, useSyncExternalStore } from "react";
import { tryLine } from "../api/meetings";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import { type Line, gradeOf, rateTried } from "./line";
import { LineTrial } from "./lineTrial";

/** Tries the line to the server and says in plain words what it is good for. */
export function LineBox({ id, secret }: { id: string; secret: string | undefined }) {
  const { t } = useWords();
  // The media client is big and on its way already; only who tries the line needs what measures with it.
  const [trial] = useState(() => new LineTrial(async (measuring, stop) => {
    const [{ measureLine }, answer] = await Promise.all([import("./measureLine"), tryLine(id, secret)]);
    return measureLine(answer, measuring, stop);
  }));
  const state = useSyncExternalStore(trial.subscribe, trial.snapshot);
  useEffect(() => trial.stop, [trial]);
  const busy = state.at === "connecting" || state.at === "measuring";
  return (
    <section className="line" aria-label={t("line.title")}>
      <div className="row wrap">
        {busy ? (
          <button type="button" className="kern-btn kern-btn--secondary" onClick={trial.stop}><Icon name="x" size={20} />{t("line.stop")}</button>
        ) : (
          <button type="button" className="kern-btn kern-btn--secondary" onClick={() => void trial.start()}><Icon name="activity" size={20} />{t(state.at === "idle" ? "line.start" : "line.again")}</button>
        )}
      </div>
      <div role="status">
        {state.at === "idle" && <p className="muted">{t("line.what")}</p>}
        {busy && <p className="muted">{t(`line.${state.at}`)}</p>}
        {state.at === "fault" && <Notice icon="wifi-off" kind="plain" title={t(`line.${state.fault}.title`)}>{t(`line.${state.fault}.fix`)}</Notice>}
        {state.at === "done" && <Found line={state.line} />}
      </div>
    </section>
  );
}

function Found({ line }: { line: Line }) {
  const { t, language } = useWords();
  const grade = gradeOf(line);
  const rate = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 }).format(line.rate / 1_000_000);
  return (
    <Notice icon={grade === "good" ? "circle-check" : "triangle-alert"} kind="plain" title={t(`line.${grade}.title`)}>
      {grade !== "good" && <p className="line-fix">{t(`line.${grade}.fix`)}</p>}
      <dl className="line-facts">
        <div><dt>{t("line.way")}</dt><dd>{t(`line.${line.way}`)}</dd></div>
        <div><dt>{t("line.roundTrip")}</dt><dd>{t("line.ms", { ms: Math.max(Math.round(line.roundTrip), 1) })}</dd></div>
        <div><dt>{t("line.rate")}</dt><dd>{t(line.rate >= rateTried ? "line.mbitOrMore" : "line.mbit", { rate })}</dd></div>
      </dl>
    </Notice>
  );
}
