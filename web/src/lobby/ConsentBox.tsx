import { useEffect, useId, useRef } from "react";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import { CaptureWords } from "./CaptureWords";
import { type Captured, capturesOf, kindOf } from "./consent";

type Props = { captured: Captured; agreed: boolean; wrong: boolean; onAgree: (agreed: boolean) => void };

/** Before one comes in: the meeting is recorded or written down, and whether one agrees. */
export function ConsentBox({ captured, agreed, wrong, onAgree }: Props) {
  const { t } = useWords();
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // On phones it may be out of sight.
    if (wrong) box.current?.focus();
  }, [wrong]);
  return (
    <section className="consent" aria-labelledby={`${id}t`}>
      <h2 id={`${id}t`}><Icon name={captured.recorded_by.length > 0 ? "circle-dot" : "captions"} />{t(`consent.title.${kindOf(capturesOf(captured))}`)}</h2>
      <CaptureWords captured={captured} />
      <label className="check">
        <input type="checkbox" ref={box} required checked={agreed} aria-invalid={wrong || undefined} aria-describedby={wrong ? `${id}w` : undefined} onChange={(event) => onAgree(event.target.checked)} />
        <span>{t("consent.agree")}</span>
      </label>
      {wrong && <p className="wrong" id={`${id}w`} role="alert"><Icon name="octagon-alert" size={20} />{t("consent.missing")}</p>}
    </section>
  );
}
