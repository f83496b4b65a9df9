import { Link } from "wouter";
import type { Session } from "../api/contract";
import { Icon, Ridgeline } from "../icons/Icon";
import { chooseLanguage } from "../words/language";
import { useWords } from "../words/useWords";

/** The narrow head of the pages before and after a meeting. */
export function JoinHead({ session, easy }: { session: Session | undefined; /** Where there are easy words, too. */ easy?: { on: boolean; onChange: (on: boolean) => void } }) {
  const { t, language } = useWords();
  const other = language === "de" ? "en" : "de";
  return (
    <header className="joinhead">
      {session ? <Link className="brand" href="/"><Ridgeline />Rennsteig</Link> : <span className="brand"><Ridgeline />Rennsteig</span>}
      <div className="row push">
        {easy && <button type="button" className="kern-btn kern-btn--tertiary" onClick={() => easy.onChange(!easy.on)}>{t(easy.on ? "lobby.notEasy" : "lobby.easy")}</button>}
        <button type="button" className="kern-btn kern-btn--tertiary" lang={other} onClick={() => chooseLanguage(other)}><Icon name="globe" />{other === "en" ? "English" : "Deutsch"}</button>
        <Link className="kern-btn kern-btn--tertiary" href="/accessibility" target="_blank"><Icon name="circle-question-mark" /><span className="desk-only" aria-hidden="true">{t("lobby.help")}</span><span className="visually-hidden">{t("lobby.helpNewTab")}</span></Link>
      </div>
    </header>
  );
}
