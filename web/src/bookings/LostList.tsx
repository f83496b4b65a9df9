import { Check } from "../form/Field";
import { Notice } from "../form/Notice";
import { clock, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import type { Lost } from "./lost";

type Props = { lost: Lost[]; zone: string; agreed: boolean; onAgree: (agreed: boolean) => void };

/** What an edit of the whole series would lose: asked before it happens. */
export function LostList({ lost, zone, agreed, onAgree }: Props) {
  const { t, language } = useWords();
  return (
    <Notice kind="danger" title={t("series.lostHeading")}>
      <p>{t("series.lostLead")}</p>
      <ul>{lost.map((one) => <li key={one.id}>{longDay(one.start, language, zone)}, {clock(one.start, language, zone)}{one.is_cancelled && ` (${t("booking.cancelled")})`}</li>)}</ul>
      <Check label={t("series.lostAgree")} checked={agreed} onChange={onAgree} />
    </Notice>
  );
}
