/** A device as the browser lists it. */
export type Device = Pick<MediaDeviceInfo, "deviceId" | "groupId" | "kind" | "label">;
/** What happened to the devices, as far as it concerns the person. */
export type DeviceNews = { what: "lost"; kind: "microphone" | "camera"; label: string } | { what: "found"; device: Device; alsoSpeaker: Device | undefined };

const named = { audioinput: "microphone", videoinput: "camera" } as const;

/** Entries that only stand for another device say nothing new. */
const isReal = (device: Device) => device.deviceId !== "" && device.deviceId !== "default" && device.deviceId !== "communications" && device.label !== "";

/** Compares the lists before and after. What was in use and is gone goes first; then a new microphone or camera. */
export function deviceNews(before: readonly Device[], after: readonly Device[], inUse: readonly string[]): DeviceNews | undefined {
  const has = (list: readonly Device[], one: Device) => list.some((each) => each.deviceId === one.deviceId && each.kind === one.kind);
  for (const device of before) {
    if ((device.kind === "audioinput" || device.kind === "videoinput") && inUse.includes(device.deviceId) && !has(after, device)) return { what: "lost", kind: named[device.kind], label: device.label };
  }
  // Before permission devices have no names: their coming into sight is no news.
  if (!before.some((device) => device.label !== "")) return undefined;
  const found = after.filter((device) => isReal(device) && !has(before, device));
  const device = found.find((each) => each.kind === "audioinput") ?? found.find((each) => each.kind === "videoinput");
  if (!device) return undefined;
  const alsoSpeaker = device.kind === "audioinput" ? found.find((each) => each.kind === "audiooutput" && each.groupId === device.groupId) : undefined;
  return { what: "found", device, alsoSpeaker };
}
