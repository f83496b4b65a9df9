import type { FreeRoom } from "../api/contract";
import { Icon } from "../icons/Icon";
import { clock, shortDate } from "../words/dates";
import { useWords } from "../words/useWords";
import { WaitButton } from "./WaitButton";

type Props = { rooms: FreeRoom[]; pending: boolean; chosen: string[]; span: { start: Date; end: Date } | undefined; zone: string; heldUntil: string | undefined; onChange: (rooms: string[]) => void };

/** Rooms for the chosen time: free ones to pick, taken ones with the hour they become free. */
export function RoomChoice({ rooms, pending, chosen, span, zone, heldUntil, onChange }: Props) {
  const { t, language } = useWords();
  const sorted = [...rooms].sort((one, two) => Number(two.free) - Number(one.free) || one.name.localeCompare(two.name));
  const toggle = (id: string) => onChange(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
  return (
    <section className="card rooms" aria-labelledby="rooms">
      <div className="cardhead"><h2 id="rooms">{t("book.rooms")}</h2>{span && <span className="muted">{shortDate(span.start, language, zone)}, {t("time.span", { from: clock(span.start, language, zone), to: clock(span.end, language, zone) })}</span>}</div>
      <p className="muted none">{rooms.length === 0 && !pending ? t("book.noRooms") : t("book.roomsLead")}</p>
      <p className="muted none" role="status">{heldUntil && t("book.heldForYou", { until: clock(heldUntil, language) })}</p>
      <ul>
        {sorted.map((room) => {
          const picked = chosen.includes(room.id);
          return (
            <li key={room.id} className={picked ? "picked" : room.free ? "" : "taken"}>
              <span className="rank" aria-hidden="true"><Icon name={picked ? "check" : room.kind === "physical" ? "door-open" : "video"} size={20} /></span>
              <div>
                <p><b>{room.name}</b> <span className="muted">· {t("rooms.seats", { count: room.capacity })}</span></p>
                <p className="why">{room.free ? [t(`rooms.kind.${room.kind}`), room.site, room.notes].filter(Boolean).join(", ") : <span className="mark red"><Icon name="octagon-alert" size={16} />{room.held_until && !room.taken_until ? t("book.heldByOthers", { until: clock(room.held_until, language) }) : room.taken_until ? t("book.takenUntil", { until: clock(room.taken_until, language, zone) }) : t("book.taken")}</span>}</p>
              </div>
              {(room.free || picked) && <button type="button" className="kern-btn kern-btn--secondary small" aria-pressed={picked} aria-label={t(picked ? "book.unpickNamed" : "book.pickNamed", { name: room.name })} onClick={() => toggle(room.id)}>{t(picked ? "book.unpick" : "book.pick")}</button>}
              {!room.free && !picked && span && <WaitButton room={room} span={span} />}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
