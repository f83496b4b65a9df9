import type { Booking } from "../api/contract";
import { useWords } from "../words/useWords";
import { spokenPin } from "./pin";

/** How telephones come in. The PIN is written as it is read out. */
export function DialIn({ numbers, pin }: NonNullable<Booking["dial_in"]>) {
  const { t } = useWords();
  return (
    <div>
      <h3>{t("booking.dialIn")}</h3>
      <p>{numbers.map((number, place) => <span key={number}>{place > 0 && ` ${t("booking.dialInOr")} `}<a href={`tel:${number.replace(/[^+\d]/g, "")}`}>{number}</a></span>)}</p>
      <p>{t("booking.dialInPin")} <strong>{spokenPin(pin)}</strong></p>
      <p className="muted">{t("booking.dialInHint")}</p>
    </div>
  );
}
