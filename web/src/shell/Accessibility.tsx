import { shortcuts, usualKeys } from "../meeting/shortcuts";
import { Link } from "wouter";
import { useWords } from "../words/useWords";
import { PageHead } from "./PageHead";


/** What helps people who do not see, hear or use a mouse, in plain words. */
export default function Accessibility() {
  const { t } = useWords();
  return (
    <>
      <PageHead title={t("nav.accessibility")} lead={t("accessibility.lead")} />
      <section className="card pad stack">
        <p><Link href="/leichte-sprache">{t("easy.title")}</Link></p>
        <h2>{t("accessibility.statement")}</h2>
        <p>{t("accessibility.statementText")}</p>
        <p>{t("accessibility.barrier")}</p>
        <h2>{t("accessibility.keyboard")}</h2>
        <p>{t("accessibility.keyboardText")}</p>
        <dl className="keys"><div><dt><kbd>{t("shortcut.space")}</kbd></dt><dd>{t("shortcut.talk")}</dd></div>{shortcuts.map((shortcut) => <div key={shortcut}><dt><kbd>{usualKeys[shortcut].toUpperCase()}</kbd></dt><dd>{t(`shortcut.${shortcut}`)}</dd></div>)}</dl>
        <h2>{t("accessibility.announcements")}</h2>
        <p>{t("accessibility.announcementsText")}</p>
        <h2>{t("accessibility.zoom")}</h2>
        <p>{t("accessibility.zoomText")}</p>
        <h2>{t("accessibility.missing")}</h2>
        <p>{t("accessibility.missingText")}</p>
        <p><a href="/licence-icons-lucide.txt">{t("accessibility.icons")}</a> · <a href="/licence-font-fira-sans.txt">{t("accessibility.font")}</a> · <a href="/licence-effects.txt">{t("accessibility.effects")}</a></p>
      </section>
    </>
  );
}
