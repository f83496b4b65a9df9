/** What a person chose in the lobby. Devices are remembered on this machine, the rest in this tab only. */
export type Choices = {
  microphone: boolean;
  camera: boolean;
  microphoneId: string;
  cameraId: string;
  speakerId: string;
  name: string;
};

type Shelf = Pick<Storage, "getItem" | "setItem">;
const devicesKey = "rennsteig.devices";
const visitKey = "rennsteig.visit";

/** Microphone and camera start off unless this tab has switched them on before. */
export function recallChoices(machine: Shelf, tab: Shelf): Choices {
  const devices = read(machine, devicesKey);
  const visit = read(tab, visitKey);
  return {
    microphone: visit.microphone === true,
    camera: visit.camera === true,
    microphoneId: text(devices.microphoneId),
    cameraId: text(devices.cameraId),
    speakerId: text(devices.speakerId),
    name: text(visit.name),
  };
}

export function keepChoices({ microphoneId, cameraId, speakerId, ...visit }: Choices, machine: Shelf, tab: Shelf) {
  machine.setItem(devicesKey, JSON.stringify({ microphoneId, cameraId, speakerId }));
  tab.setItem(visitKey, JSON.stringify(visit));
}

/** A remembered device that is no longer there falls back to the system's choice. */
export function present(id: string, devices: { deviceId: string }[]): string {
  return devices.some((device) => device.deviceId === id) ? id : "";
}

function read(shelf: Shelf, key: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(shelf.getItem(key) ?? "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const text = (value: unknown) => (typeof value === "string" ? value : "");
