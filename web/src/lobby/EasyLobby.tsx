import { type FormEvent, type ReactNode, useEffect, useRef, useSyncExternalStore } from "react";
import type { Meeting } from "../api/contract";
import { Field } from "../form/Field";
import { Icon } from "../icons/Icon";
import { clock, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import type { Kind, Preview } from "./preview";
import "../shell/easy.css";

type Props = {
  meeting: Meeting;
  /** Who joins, where that is known. */
  who: string | undefined;
  nameMissing: boolean;
  early: boolean;
  waits: boolean;
  busy: boolean;
  preview: Preview;
  onSubmit: (event: FormEvent) => void;
  /** What went wrong, and what has to be agreed to. */
  children: ReactNode;
};

/** The lobby in Leichte Sprache, in English as easy read: one statement a line, one thing after the other. */
export default function EasyLobby({ meeting, who, nameMissing, early, waits, busy, preview, onSubmit, children }: Props) {
  const { t, language } = useWords();
  const { choices, camera } = useSyncExternalStore(preview.subscribe, preview.snapshot);
  const inviting = meeting.on_behalf ? meeting.booked_by.name : meeting.organiser.name;
  return (
    <main className="main easy">
      <h1>{meeting.title}</h1>
      <form className="easy-steps" noValidate aria-label={t("lobby.join")} onSubmit={onSubmit}>
        <Part title={t("easyLobby.what")}>
          <p>{t("easyLobby.conference")}</p>
          <p>{t("easyLobby.invites", { name: inviting })}</p>
          <p>{t("easyLobby.day", { day: longDay(meeting.start, language) })}</p>
          <p>{t("easyLobby.from", { time: clock(meeting.start, language) })}</p>
          <p>{t("easyLobby.until", { time: clock(meeting.end, language) })}</p>
        </Part>
        <Part title={t("easyLobby.name")}>
          {who ? (
            <p>{t("easyLobby.knownName", { name: who })}</p>
          ) : (
            <>
              <p>{t("easyLobby.write")}</p>
              <p>{t("easyLobby.read")}</p>
              <Field label={t("lobby.name")} wrong={nameMissing ? t("fault.name") : undefined}>
                <input autoComplete="name" maxLength={120} value={choices.name} onChange={(event) => preview.choose({ name: event.target.value })} />
              </Field>
            </>
          )}
        </Part>
        <Part title={t("easyLobby.microphone")}>
          <p>{t("easyLobby.voice")}</p>
          <Device kind="microphone" preview={preview} />
        </Part>
        <Part title={t("easyLobby.camera")}>
          <p>{t("easyLobby.picture")}</p>
          <Device kind="camera" preview={preview} />
          {camera.track && <OwnPicture track={camera.track} />}
        </Part>
        <Part title={t("easyLobby.enter")}>
          {early && <p>{t("easyLobby.early", { time: clock(meeting.joinable_from, language) })}</p>}
          {meeting.state === "locked" && <p>{t("easyLobby.locked")}</p>}
          {children}
          <p>{t("easyLobby.click")}</p>
          {waits && <p>{t("easyLobby.waits")}</p>}
          {waits && <p>{t("easyLobby.letIn")}</p>}
          <button type="submit" className="kern-btn kern-btn--primary block" disabled={busy}>{t("lobby.submit")}</button>
        </Part>
      </form>
    </main>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card pad">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** Says how it is, and offers to change that; what is wrong stands beside it. */
function Device({ kind, preview }: { kind: Kind; preview: Preview }) {
  const { t } = useWords();
  const { track, busy, fault } = useSyncExternalStore(preview.subscribe, preview.snapshot)[kind];
  return (
    <>
      <p role="status">{t(`easyLobby.${kind}${track ? "On" : "Off"}`)}</p>
      {fault && <p className="wrong" role="alert">{t(`device.${fault}.${kind}`)} {t(`device.${fault}.fix`)}</p>}
      {fault && <p>{t(`easyLobby.${kind}Without`)}</p>}
      <div className="row wrap"><button type="button" className="kern-btn kern-btn--secondary" disabled={busy} onClick={() => void preview.toggle(kind)}><Icon name={kind === "microphone" ? (track ? "mic" : "mic-off") : track ? "video" : "video-off"} />{t(`easyLobby.${kind}${track ? "TurnOff" : "TurnOn"}`)}</button></div>
    </>
  );
}

function OwnPicture({ track }: { track: MediaStreamTrack }) {
  const { t } = useWords();
  const picture = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (picture.current) picture.current.srcObject = new MediaStream([track]);
  }, [track]);
  return <video className="easy-picture" ref={picture} autoPlay playsInline muted aria-label={t("lobby.ownPicture")} />;
}
