import { useRef } from "react";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import type { PersonView } from "./people";
import { Picture } from "./Picture";
import { Tile } from "./Tile";

const inStrip = 4;

/** A shown screen in full, with a few faces above it. */
export function ShareView({ presenter, people, onMore }: { presenter: PersonView; people: PersonView[]; onMore: () => void }) {
  const { t } = useWords();
  const screen = useRef<HTMLDivElement>(null);
  const others = people.length - inStrip;
  return (
    <div className="focus">
      <ul className="strip" aria-label={t("panel.people")}>
        {people.slice(0, inStrip).map((person) => <Tile key={person.identity} person={person} />)}
        {others > 0 && <li><button type="button" className="strip-more" aria-label={t("share.more", { count: others })} onClick={onMore}>+{others}</button></li>}
      </ul>
      <div className="share" ref={screen}>
        <div className="share-head">
          <Icon name="monitor" />
          <span className="clip">{presenter.me ? t("share.own") : t("share.by", { name: presenter.name })}</span>
          <button type="button" className="iconbutton" aria-label={t("share.fullScreen")} onClick={() => void (document.fullscreenElement ? document.exitFullscreen() : screen.current?.requestFullscreen())}><Icon name="maximize" /></button>
        </div>
        <div className="share-picture">{presenter.screen && <Picture track={presenter.screen} whole label={t("share.picture", { name: presenter.name })} />}</div>
      </div>
    </div>
  );
}
