import { useEffect, useRef, useSyncExternalStore } from "react";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import type { PreferenceStore } from "../meeting/preferences";
import type { Kind, Preview } from "./preview";
import { usePicture } from "./usePicture";

/** The own picture, and the switches for microphone and camera. Both start off. */
export function PreviewBox({ preview, preferences }: { preview: Preview; preferences: PreferenceStore }) {
  const { t } = useWords();
  const { camera, microphone } = useSyncExternalStore(preview.subscribe, preview.snapshot);
  const { background } = useSyncExternalStore(preferences.subscribe, preferences.snapshot);
  const { track, state } = usePicture(camera.track, background);
  const picture = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (picture.current) picture.current.srcObject = track ? new MediaStream([track]) : null;
  }, [track]);
  const off = state === "loading" ? "lobby.backgroundLoads" : camera.busy ? "lobby.cameraStarts" : state === "failed" ? "lobby.backgroundMissing" : "lobby.cameraIsOff";
  return (
    <>
      <section className="preview" aria-label={t("lobby.preview")} data-stage="">
        <video ref={picture} autoPlay playsInline muted hidden={!track} aria-label={t("lobby.ownPicture")} />
        {!track && (
          <div className="preview-off">
            <span className="bigavatar"><Icon name="video-off" size={40} /></span>
            <p role={state === "loading" ? "status" : undefined}>{t(off)}</p>
          </div>
        )}
        <div className="preview-bar">
          <Switch kind="microphone" on={Boolean(microphone.track)} busy={microphone.busy} preview={preview} />
          <Switch kind="camera" on={Boolean(camera.track)} busy={camera.busy} preview={preview} />
        </div>
      </section>
      {state === "failed" && <Notice icon="triangle-alert" kind="plain" title={t("lobby.backgroundMissing")}>{t("lobby.backgroundFix")}</Notice>}
      {(["microphone", "camera"] as const).map((kind) => {
        const { fault } = kind === "microphone" ? microphone : camera;
        return fault && <Notice key={kind} icon="triangle-alert" kind="plain" title={t(`device.${fault}.${kind}`)}>{t(`device.${fault}.fix`)} {t(`device.without.${kind}`)}</Notice>;
      })}
    </>
  );
}

function Switch({ kind, on, busy, preview }: { kind: Kind; on: boolean; busy: boolean; preview: Preview }) {
  const { t } = useWords();
  const icon = kind === "microphone" ? (on ? "mic" : "mic-off") : on ? "video" : "video-off";
  const state = t(`${kind}.${on ? "on" : "off"}`);
  return (
    <button type="button" className={`toggle${on ? " on" : ""}`} disabled={busy} onClick={() => void preview.toggle(kind)}>
      <Icon name={icon} />
      <span>{state}<span className="visually-hidden">, {t(on ? "toggle.turnOff" : "toggle.turnOn")}</span></span>
    </button>
  );
}
