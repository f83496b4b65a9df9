import { useEffect, useRef, useSyncExternalStore } from "react";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import type { Kind, Preview } from "./preview";

/** The own picture, and the switches for microphone and camera. Both start off. */
export function PreviewBox({ preview }: { preview: Preview }) {
  const { t } = useWords();
  const { camera, microphone } = useSyncExternalStore(preview.subscribe, preview.snapshot);
  const picture = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (picture.current) picture.current.srcObject = camera.track ? new MediaStream([camera.track]) : null;
  }, [camera.track]);
  return (
    <>
      <section className="preview" aria-label={t("lobby.preview")} data-stage="">
        <video ref={picture} autoPlay playsInline muted hidden={!camera.track} aria-label={t("lobby.ownPicture")} />
        {!camera.track && (
          <div className="preview-off">
            <span className="bigavatar"><Icon name="video-off" size={40} /></span>
            <p>{camera.busy ? t("lobby.cameraStarts") : t("lobby.cameraIsOff")}</p>
          </div>
        )}
        <div className="preview-bar">
          <Switch kind="microphone" on={Boolean(microphone.track)} busy={microphone.busy} preview={preview} />
          <Switch kind="camera" on={Boolean(camera.track)} busy={camera.busy} preview={preview} />
        </div>
      </section>
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
