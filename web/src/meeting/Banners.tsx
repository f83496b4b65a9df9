import type { ReactNode } from "react";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import { useMeeting, useMeetingStore } from "./useMeeting";

/** What needs to be known now: a broken line, a device that fails, sound that the browser holds back; below, where one is. */
export function Banners({ children }: { children?: ReactNode }) {
  const { t } = useWords();
  const store = useMeetingStore();
  const { connection, trouble, mayPlay, since } = useMeeting();
  return (
    <div className="banners">
      {connection === "reconnecting" && <div className="banner" role="alert"><Icon name="refresh-cw" /><p><strong>{t("banner.lost")}</strong> {t("banner.reconnecting")}</p></div>}
      {since !== undefined && !mayPlay && <div className="banner" role="alert"><Icon name="volume-2" /><p>{t("banner.noSound")}</p><button type="button" className="stagebutton first" onClick={store.playSound}>{t("banner.playSound")}</button></div>}
      {trouble && (
        <div className="banner" role="alert">
          <Icon name="triangle-alert" />
          <p><strong>{t(`device.${trouble.fault}.${trouble.control}`)}</strong> {trouble.control === "hand" ? "" : t(`device.${trouble.fault}.fix`)}</p>
          <button type="button" className="iconbutton" aria-label={t("banner.close")} onClick={store.forgetTrouble}><Icon name="x" /></button>
        </div>
      )}
      {children}
    </div>
  );
}
