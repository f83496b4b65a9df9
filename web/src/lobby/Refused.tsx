import { Link } from "wouter";
import { Problem } from "../api/problem";
import { Icon } from "../icons/Icon";
import type { IconName } from "../icons/shapes";
import { signInPath } from "../session/next";
import { wordsOf } from "../waiting/waiting";
import { useWords } from "../words/useWords";
import { Calm } from "./Calm";
import { Words } from "./Words";

const icons: Record<string, IconName> = { ended: "circle-check", cancelled: "calendar-x", locked: "lock", removed: "door-closed", rejected: "door-closed", link_invalid: "unlink", sign_in_required: "key-round" };

/** Why somebody cannot come in, and what to do now. */
export function Refused({ id, error, code: given, title, onAgain }: { id: string; error?: unknown; code?: string; title?: string; onAgain?: () => void }) {
  const { t, explain } = useWords();
  const code = given ?? (error instanceof Problem ? error.code : "unexpected");
  const words = error instanceof Problem && error.code === "rejected" ? wordsOf(error.extra) : undefined;
  const signIn = code === "sign_in_required";
  return (
    <Calm icon={icons[code] ?? "octagon-alert"} title={t([`refused.${code}`, "refused.unexpected"])} lead={given ? t(`problem.${given}`) : explain(error)}>
      {title && <p><b>{title}</b></p>}
      {words && <Words words={words} />}
      <div className="row wrap">
        {signIn && <Link className="kern-btn kern-btn--primary" href={signInPath(`/m/${id}`)}><Icon name="log-in" size={20} />{t("refused.signIn")}</Link>}
        {!signIn && onAgain && <button type="button" className="kern-btn kern-btn--secondary" onClick={onAgain}><Icon name="refresh-cw" size={20} />{t("action.again")}</button>}
      </div>
    </Calm>
  );
}
