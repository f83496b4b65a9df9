import { Link } from "wouter";
import { Icon } from "../icons/Icon";
import type { IconName } from "../icons/shapes";
import { useWords } from "../words/useWords";
import { Calm } from "./Calm";
import { Words } from "./Words";
import type { Ending, EndingKind } from "./visit";

const icons: Record<EndingKind, IconName> = { left: "circle-check", ended: "circle-check", cancelled: "calendar-x", removed: "door-closed", rejected: "door-closed", elsewhere: "monitor", lost: "wifi-off", failed: "wifi-off", blocked: "shield", busy: "hourglass", full: "users" };
const mayReturn: EndingKind[] = ["left", "elsewhere", "lost", "failed", "blocked", "busy", "full"];

/** After the meeting: how it ended, and the way back if there is one. */
export function Left({ ending, title, signedIn, onAgain }: { ending: Ending; title: string | undefined; signedIn: boolean; onAgain: () => void }) {
  const { t } = useWords();
  return (
    <Calm icon={icons[ending.kind]} title={t(`left.${ending.kind}.title`)} lead={t(`left.${ending.kind}.lead`)}>
      {title && <p><b>{title}</b></p>}
      {ending.words && <Words words={ending.words} />}
      <div className="row wrap">
        {mayReturn.includes(ending.kind) && <button type="button" className="kern-btn kern-btn--primary" onClick={onAgain}><Icon name="refresh-cw" size={20} />{t("left.again")}</button>}
        {signedIn && <Link className="kern-btn kern-btn--secondary" href="/"><Icon name="calendar-days" size={20} />{t("left.home")}</Link>}
      </div>
    </Calm>
  );
}
