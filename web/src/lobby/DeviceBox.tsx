import { useSyncExternalStore } from "react";
import { Field } from "../form/Field";
import { useWords } from "../words/useWords";
import type { PreferenceStore } from "../meeting/preferences";
import { LevelMeter } from "./LevelMeter";
import { LineBox } from "./LineBox";
import type { Preview } from "./preview";
import { RehearsalBox } from "./RehearsalBox";

// A picture of one's own is not kept; it is chosen in the meeting.
const offered = ["none", "soft", "strong", "hills"] as const;

/** Which microphone, camera and speaker, what is seen behind oneself; whether the microphone hears something, and what the line carries. */
export function DeviceBox({ id, secret, preview, preferences }: { id: string; secret: string | undefined; preview: Preview; preferences: PreferenceStore }) {
  const { t } = useWords();
  const { devices, microphone } = useSyncExternalStore(preview.subscribe, preview.snapshot);
  const { background } = useSyncExternalStore(preferences.subscribe, preferences.snapshot);
  const maySpeaker = "setSinkId" in HTMLMediaElement.prototype;
  const options = (list: MediaDeviceInfo[], words: string) => [
    <option key="" value="">{t("device.systemDefault")}</option>,
    ...list.filter((device) => device.deviceId !== "default").map((device, index) => <option key={device.deviceId} value={device.deviceId}>{device.label || `${t(words)} ${index + 1}`}</option>),
  ];
  return (
    <section className="card devices" aria-label={t("lobby.devices")}>
      <LevelMeter track={microphone.track} />
      <div className="devices-row">
        <Field label={t("device.microphone")}><select value={preview.chosen("microphone")} onChange={(event) => void preview.useDevice("microphone", event.target.value)}>{options(devices.microphones, "device.microphone")}</select></Field>
        <Field label={t("device.camera")}><select value={preview.chosen("camera")} onChange={(event) => void preview.useDevice("camera", event.target.value)}>{options(devices.cameras, "device.camera")}</select></Field>
        {maySpeaker && <Field label={t("device.speaker")}><select value={preview.chosen("speaker")} onChange={(event) => preview.choose({ speakerId: event.target.value })}>{options(devices.speakers, "device.speaker")}</select></Field>}
        <Field label={t("backdrop.title")}><select value={background === "own" ? "strong" : background} onChange={(event) => preferences.change({ background: offered.find((each) => each === event.target.value) ?? "none" })}>{offered.map((each) => <option key={each} value={each}>{t(`backdrop.${each}`)}</option>)}</select></Field>
      </div>
      <RehearsalBox preview={preview} />
      <LineBox id={id} secret={secret} />
    </section>
  );
}
