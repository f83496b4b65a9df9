import type { BookingSummary } from "../api/contract";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import { onBehalf, places } from "./facts";

/** Where it takes place, and for whom it was booked. */
export function BookingMarks({ booking }: { booking: BookingSummary }) {
  const { t } = useWords();
  const where = places(booking.rooms);
  if (booking.is_hidden) return null;
  return (
    <div className="facts">
      <span className="mark"><Icon name={where ? "map-pin" : "video"} size={16} />{where || t("booking.videoOnly")}</span>
      {booking.is_private && <span className="mark"><Icon name="lock" size={16} />{t("booking.private")}</span>}
      {onBehalf(booking) && <span className="mark behalf"><Icon name="user-check" size={16} />{t("booking.onBehalf", { name: booking.organiser.name })}</span>}
    </div>
  );
}
