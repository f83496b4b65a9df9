import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import { actFor, useActing } from "./acting";

/** Switches an assistant between their own meetings and those of the people they assist. */
export function ActingFor({ principals }: { principals: { id: string; name: string }[] }) {
  const { t } = useWords();
  const acting = useActing(principals);
  if (principals.length === 0) return null;
  return (
    <label className={`acting${acting ? " on" : ""}`}>
      <Icon name="users" size={20} />
      <span className="visually-hidden">{t("acting.label")}</span>
      <select value={acting?.id ?? ""} onChange={(event) => actFor(event.target.value || undefined)}>
        <option value="">{t("acting.self")}</option>
        {principals.map((principal) => <option key={principal.id} value={principal.id}>{t("acting.for", { name: principal.name })}</option>)}
      </select>
      <Icon name="chevron-down" size={20} />
    </label>
  );
}
