import { Check } from "../form/Field";
import { useWords } from "../words/useWords";

/** Whether sound comes first in the meetings. */
export function ProfileField({ audioFirst, onChange }: { audioFirst: boolean; onChange: (audioFirst: boolean) => void }) {
  const { t } = useWords();
  return (
    <section className="card pad stack" aria-labelledby="profile">
      <h2 id="profile">{t("lines.heading")}</h2>
      <Check label={t("lines.profile")} hint={t("lines.profileHint")} checked={audioFirst} onChange={onChange} />
    </section>
  );
}
