import { useEffect } from "react";
import { Icon } from "../icons/Icon";
import { CaptureWords } from "../lobby/CaptureWords";
import { kindOf } from "../lobby/consent";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { toAgree } from "./agreeing";
import { useMeeting, useMeetingStore } from "./useMeeting";
import "./consent.css";

/** A recording or captions began while one is inside: until one agrees, one is neither heard nor seen. */
export default function ConsentStrip({ onLeave }: { onLeave: () => void }) {
  const { t } = useWords();
  const store = useMeetingStore();
  const { agreeing } = useMeeting();
  const missing = toAgree(agreeing);
  const asks = missing.length > 0;
  const title = t(`consent.began.${kindOf(missing)}`);
  useEffect(() => {
    if (asks) announce(`${title} ${t("consent.held")}`);
  }, [asks, title, t]);
  if (!asks) return null;
  const { recorded_by, captioned_by } = agreeing.captured;
  const captured = { recorded_by: missing.includes("recording") ? recorded_by : [], captioned_by: missing.includes("captions") ? captioned_by : [] };
  return (
    <section className="consentstrip" aria-label={t("consent.label")}>
      <Icon name={missing.includes("recording") ? "circle-dot" : "captions"} />
      <div className="consentwords">
        <p><b>{title}</b> {t("consent.held")}</p>
        <div className="consentmore"><CaptureWords captured={captured} /></div>
      </div>
      <div className="consentacts">
        <button type="button" className="stagebutton first" onClick={store.agree}>{t("consent.yes")}</button>
        <button type="button" className="stagebutton" onClick={onLeave}>{t("leave.leave")}</button>
      </div>
    </section>
  );
}
