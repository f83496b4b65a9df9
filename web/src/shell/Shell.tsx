import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import type { Session } from "../api/contract";
import { Icon, Ridgeline } from "../icons/Icon";
import { useChanges } from "../changes/useChanges";
import { useWords } from "../words/useWords";
import { AccountMenu } from "./AccountMenu";
import { ActingFor } from "./ActingFor";
import { looksAfter } from "./acting";
import { type Place, isCurrent, sectionsFor } from "./places";
import "./shell.css";

/** Top bar, side bar, and on phones the tab bar, around every page for signed-in people. */
export function Shell({ session, children }: { session: Session; children: ReactNode }) {
  const { t } = useWords();
  useChanges();
  const [path] = useLocation();
  const sections = sectionsFor(session.may);
  const link = (place: Place, words: string) => (
    <Link href={place.path} aria-current={isCurrent(place, path) ? "page" : undefined}><Icon name={place.icon} size={20} /><span>{t(words)}</span></Link>
  );
  return (
    <div className="app">
      <a className="skip" href="#content">{t("nav.skip")}</a>
      <header className="top">
        <Link href="/" className="brand"><Ridgeline />Rennsteig</Link>
        <span className="push" />
        <ActingFor principals={looksAfter(session.principals)} />
        <AccountMenu session={session} />
      </header>
      <nav className="side" aria-label={t("nav.main")}>
        {sections.map((section) => (
          <div key={section.words}>
            <p id={section.words}>{t(section.words)}</p>
            <ul aria-labelledby={section.words}>{section.places.map((place) => <li key={place.path}>{link(place, place.words)}</li>)}</ul>
          </div>
        ))}
        <ul className="foot"><li><Link href="/accessibility" aria-current={path === "/accessibility" ? "page" : undefined}><Icon name="accessibility" size={20} /><span>{t("nav.accessibility")}</span></Link></li></ul>
      </nav>
      <main className="main" id="content" tabIndex={-1}>{children}</main>
      <TabBar sections={sections.flatMap((section) => section.places)} link={link} />
    </div>
  );
}

function TabBar({ sections, link }: { sections: Place[]; link: (place: Place, words: string) => ReactNode }) {
  const { t } = useWords();
  const shown = [...sections.filter((place) => place.short), ...sections.filter((place) => !place.short)].slice(0, 4);
  return <nav className="tabbar" aria-label={t("nav.quick")}>{shown.map((place) => <div key={place.path}>{link(place, place.short ?? place.words)}</div>)}</nav>;
}
