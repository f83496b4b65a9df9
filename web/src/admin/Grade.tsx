import { useWords } from "../words/useWords";
import type { Grade as Word } from "./quality";

/** Quality as three bars and a word; colour only underlines it. */
export function Grade({ grade }: { grade: Word | undefined }) {
  const { t } = useWords();
  if (!grade) return <span className="grade muted">{t("quality.unknown")}</span>;
  const lit = { good: 3, medium: 2, bad: 1 }[grade];
  return (
    <span className={`grade ${grade}`}>
      <svg width={20} height={20} viewBox="0 0 24 24" aria-hidden="true" focusable="false" fill="currentColor">
        {[[2.75, 15, 6], [9.75, 9.5, 11.5], [16.75, 4, 17]].map(([x, y, height], index) => <rect key={x} x={x} y={y} width="4.5" height={height} rx="1.5" opacity={index < lit ? 1 : 0.28} />)}
      </svg>
      {t(`quality.${grade}`)}
    </span>
  );
}
