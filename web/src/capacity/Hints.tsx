import type { PoolForecast } from "../api/contract";
import { Icon } from "../icons/Icon";
import { dayKey, instantOf, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import { TOO_HIGH, missOf, worriesOf } from "./figures";

/** Most days named; the map shows all. */
const MOST = 5;

/** What asks for attention, and how far the forecast can be trusted. */
export function Hints({ pools, today, zone, onChoose }: { pools: PoolForecast[]; today: string; zone: string; onChoose: (pool: string, day: string) => void }) {
  const { t, language } = useWords();
  const worries = worriesOf(pools, instantOf(`${today}T00:00`, zone).toISOString()).slice(0, MOST);
  const miss = missOf(pools);
  return (
    <section className="card hintcard" aria-labelledby="hints">
      <div className="cardhead"><h2 id="hints">{t("capacity.hints")}</h2></div>
      <ul className="lines">
        {worries.map(({ pool, item, percent }) => (
          <li key={`${pool.id}/${item.start}`} className="worry">
            <Icon name="octagon-alert" />
            <div><b>{t("capacity.worry", { pool: pool.name, percent })}</b><p>{longDay(item.start, language, zone)}. {t("capacity.threshold", { percent: TOO_HIGH })} <button type="button" className="textlink" onClick={() => onChoose(pool.id, dayKey(item.start, zone))}>{t("capacity.look")}<span className="visually-hidden"> {pool.name}, {longDay(item.start, language, zone)}</span></button></p></div>
          </li>
        ))}
        {worries.length === 0 && <li><Icon name="circle-check" /><div><b>{t("capacity.calmTitle")}</b><p>{t("capacity.calm", { percent: TOO_HIGH })}</p></div></li>}
        {miss !== undefined && <li><Icon name={miss <= 10 ? "circle-check" : "info"} /><div><b>{t(miss <= 10 ? "capacity.hits" : "capacity.misses")}</b><p>{t("capacity.miss", { count: miss })}</p></div></li>}
      </ul>
    </section>
  );
}
