import { Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import { type Conflict, choicesOf } from "./conflicts";
import { reasonIn } from "./reasons";

type Props = { conflicts: Conflict[]; chosen: Record<string, string>; onChoose: (date: string, choice: string) => void };

/** The dates of a series whose rooms are taken, each with what could be had instead. */
export function ConflictList({ conflicts, chosen, onChoose }: Props) {
  const { t, language } = useWords();
  const words = (conflict: Conflict, choice: string) => {
    const [kind, which] = choice.split(":");
    const room = conflict.free_rooms.find(({ id }) => id === which);
    const time = conflict.free_times[Number(which)];
    if (kind === "room" && room) return t("conflict.room", { room: [room.name, room.site].filter(Boolean).join(", "), count: room.capacity });
    if (kind === "time" && time) return t("conflict.time", { from: time.start.slice(11), to: time.end.slice(11) });
    return t("conflict.skip");
  };
  const why = ({ taken, reasons }: Conflict) => [...taken.map(({ room }) => room.name), ...reasons.map((reason) => reasonIn(reason, t, language))].join(", ");
  return (
    <Notice kind="danger" title={t("conflict.heading", { count: conflicts.length })}>
      <p>{t("conflict.lead")}</p>
      <div className="fields">
        {conflicts.map((conflict) => (
          <Field key={conflict.date} label={longDay(`${conflict.start}:00Z`, language, "UTC")} hint={why(conflict)}>
            <select value={chosen[conflict.date] ?? choicesOf(conflict)[0]} onChange={(event) => onChoose(conflict.date, event.target.value)}>{choicesOf(conflict).map((choice) => <option key={choice} value={choice}>{words(conflict, choice)}</option>)}</select>
          </Field>
        ))}
      </div>
    </Notice>
  );
}
