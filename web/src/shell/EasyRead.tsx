import { Link } from "wouter";
import { useWords } from "../words/useWords";
import { PageHead } from "./PageHead";
import "./easy.css";

/** Sections and how many sentences each has; a sentence stands on a line of its own. */
const sections = { join: 10, talk: 7, say: 3, camera: 3, simple: 5, leave: 2, help: 2 } as const;

/** Help in Leichte Sprache; in English as easy read. */
export default function EasyRead() {
  const { t } = useWords();
  return (
    <main className="main easy">
      <PageHead title={t("easy.title")} />
      {Object.entries(sections).map(([section, sentences]) => (
        <section className="card pad" key={section}>
          <h2>{t(`easy.${section}.title`)}</h2>
          {Array.from({ length: sentences }, (_, index) => <p key={index}>{t(`easy.${section}.s${index + 1}`)}</p>)}
        </section>
      ))}
      <p><Link href="/accessibility">{t("nav.accessibility")}</Link></p>
    </main>
  );
}
