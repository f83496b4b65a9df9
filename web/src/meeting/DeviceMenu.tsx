import { Room } from "livekit-client";
import { useState } from "react";
import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from "react-aria-components";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import { useMeetingStore } from "./useMeeting";

type Kind = "audioinput" | "audiooutput" | "videoinput";
const words: Record<Kind, string> = { audioinput: "device.microphone", audiooutput: "device.speaker", videoinput: "device.camera" };

/** Another microphone, speaker or camera, without leaving the meeting. */
export default function DeviceMenu({ kind, label }: { kind: "audioinput" | "videoinput"; label: string }) {
  const { t } = useWords();
  const store = useMeetingStore();
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  const kinds: Kind[] = kind === "videoinput" ? ["videoinput"] : "setSinkId" in HTMLMediaElement.prototype ? ["audioinput", "audiooutput"] : ["audioinput"];
  const list = async (open: boolean) => {
    if (open) setDevices((await Promise.all(kinds.map((each) => Room.getLocalDevices(each, false)))).flat().filter((device) => device.deviceId !== ""));
  };
  return (
    <MenuTrigger onOpenChange={(open) => void list(open)}>
      <Button className="pair-more" aria-label={label}><Icon name="chevron-up" size={20} /></Button>
      <Popover placement="top start" data-stage="">
        <Menu className="menu" onAction={(key) => {
          const device = devices.find((each) => `${each.kind}:${each.deviceId}` === key);
          if (device) void store.useDevice(device.kind, device.deviceId);
        }}>
          {kinds.map((each) => (
            <MenuSection key={each}>
              <Header className="menu-head">{t(words[each])}</Header>
              {devices.filter((device) => device.kind === each).map((device, index) => {
                const active = store.room.getActiveDevice(each) === device.deviceId;
                return <MenuItem key={device.deviceId} id={`${each}:${device.deviceId}`} textValue={device.label}>{device.label || `${t(words[each])} ${index + 1}`}{active && <span className="tick"><Icon name="check" size={20} /><span className="visually-hidden">{t("device.inUse")}</span></span>}</MenuItem>;
              })}
              {devices.every((device) => device.kind !== each) && <MenuItem id={`${each}:none`} isDisabled>{t("device.none")}</MenuItem>}
            </MenuSection>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
