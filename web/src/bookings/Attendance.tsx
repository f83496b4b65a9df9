import { useState } from "react";
import { checkIn } from "../api/meetings";
import type { Booking } from "../api/contract";
import { useNow } from "../clock/useNow";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { announce } from "../shell/announcer";
import { clock } from "../words/dates";
import { useWords } from "../words/useWords";
import { mayCheckIn } from "./facts";

/** Whether somebody comes, where a room is released if nobody does: with the button that says so. */
export function Attendance({ booking, onChanged }: { booking: Booking; onChanged: () => Promise<unknown> }) {
  const { t, language, explain } = useWords();
  const now = useNow(15_000);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const { attendance } = booking;
  if (!attendance || booking.state === "cancelled" || now >= new Date(booking.end)) return null;
  const come = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const { is_released } = await checkIn(booking.meeting_id);
      announce(t(is_released ? "attend.late" : "attend.done"));
      await onChanged();
    } catch (refusal) {
      setError(refusal);
    }
    setBusy(false);
  };
  const rooms = booking.rooms.filter(({ id }) => attendance.rooms_seen?.includes(id)).map(({ name }) => name).join(", ");
  const words = attendance.is_released
    ? t(rooms ? "attend.releasedPart" : "attend.released", { rooms })
    : attendance.is_attended
      ? t("attend.seen")
      : attendance.release_at
        ? t(rooms ? "attend.leadPart" : "attend.lead", { rooms, at: clock(attendance.release_at, language, booking.zone) })
        : t("attend.stays");
  return (
    <section className="card pad stack" aria-labelledby="attendance">
      <div><h2 id="attendance">{t("attend.title")}</h2><p className="mark" role="status">{attendance.is_attended && !attendance.is_released && <Icon name="check" size={20} />}{words}</p></div>
      {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
      {mayCheckIn(booking, now) && <div className="row wrap"><button type="button" className="kern-btn kern-btn--primary" disabled={busy} onClick={() => void come()}><Icon name="door-open" size={20} />{t("attend.here")}</button></div>}
    </section>
  );
}
