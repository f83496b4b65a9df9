import { useRef } from "react";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import type { PersonView } from "./people";
import { Picture } from "./Picture";
import { Pinned } from "./Pinned";
import { Strip } from "./Strip";
import { useFaces } from "./useFaces";

type Props = { presenters: PersonView[]; shown: PersonView; people: PersonView[]; onShow: (identity: string) => void; onMore: () => void };

/** A shown screen in full, with a few faces beside it, and pinned ones in large. With several screens each person chooses which one to look at. */
export function ShareView({ presenters, shown, people, onShow, onMore }: Props) {
  const { t } = useWords();
  const { pinned, others, hidden, box } = useFaces(people);
  const screen = useRef<HTMLDivElement>(null);
  const popOut = () => {
    const video = screen.current?.querySelector("video");
    void (document.pictureInPictureElement ? document.exitPictureInPicture() : video?.requestPictureInPicture())?.catch(() => undefined);
  };
  return (
    <div className={`focus${pinned.length > 0 ? " with-pins" : ""}`} ref={box}>
      {pinned.length > 0 && <Pinned people={pinned} />}
      <Strip people={others} hidden={hidden} onMore={onMore} />
      <div className="share" ref={screen}>
        <div className="share-head">
          <Icon name="monitor" />
          {presenters.length > 1 ? (
            <div className="segments" role="group" aria-label={t("share.which")}>
              {presenters.map((person) => <button key={person.identity} type="button" aria-pressed={person.identity === shown.identity} onClick={() => onShow(person.identity)}>{person.me ? t("share.mine") : person.name}</button>)}
            </div>
          ) : (
            <span className="clip">{shown.me ? t("share.own") : t("share.by", { name: shown.name })}</span>
          )}
          <span className="share-acts">
            {document.pictureInPictureEnabled && <button type="button" className="iconbutton" aria-label={t("share.popOut")} onClick={popOut}><Icon name="picture-in-picture-2" /></button>}
            <button type="button" className="iconbutton" aria-label={t("share.fullScreen")} onClick={() => void (document.fullscreenElement ? document.exitFullscreen() : screen.current?.requestFullscreen())}><Icon name="maximize" /></button>
          </span>
        </div>
        <div className="share-picture">
          {shown.screen ? <Picture key={shown.identity} track={shown.screen} whole label={t("share.picture", { name: shown.name })} /> : <p className="share-paused"><Icon name="monitor-off" />{t("share.paused")}</p>}
        </div>
      </div>
    </div>
  );
}
