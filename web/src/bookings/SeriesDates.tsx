import { Link } from "wouter";
import type { SeriesDate } from "../api/contract";
import { clock, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import { datePath } from "./facts";

/** The dates of a series, each with its own page. */
export function SeriesDates({ id, dates, zone }: { id: string; dates: SeriesDate[]; zone: string }) {
  const { t, language } = useWords();
  return (
    <section className="card pad stack" aria-labelledby="dates">
      <h2 id="dates">{t("series.dates")}</h2>
      <ul className="dates">
        {dates.map((date) => (
          <li key={date.id}>
            <Link href={datePath(id, date.id)}>{longDay(date.start, language, zone)}, {clock(date.start, language, zone)}</Link>{" "}
            {date.is_cancelled ? <span className="badge">{t("booking.cancelled")}</span> : date.is_exception && <span className="badge">{t("series.changed")}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
