import { expect, test } from "vitest";
import { type Device, deviceNews } from "./devices";

const device = (kind: MediaDeviceKind, deviceId: string, label = deviceId, groupId = deviceId): Device => ({ kind, deviceId, label, groupId });
const built = [device("audioinput", "default", "Standard"), device("audioinput", "built-in"), device("videoinput", "cam"), device("audiooutput", "speakers")];
const headset = [device("audioinput", "hm", "Headset", "h"), device("audiooutput", "hs", "Headset", "h")];

test("the device in use that is gone is told by its name", () => {
  expect(deviceNews([...built, ...headset], built, ["hm", "cam"])).toEqual({ what: "lost", kind: "microphone", label: "Headset" });
});

test("a device that nobody used may go unnoticed", () => {
  expect(deviceNews([...built, ...headset], built, ["built-in"])).toBeUndefined();
});

test("a new headset is offered together with its speaker", () => {
  expect(deviceNews(built, [...built, ...headset], ["built-in"])).toEqual({ what: "found", device: headset[0], alsoSpeaker: headset[1] });
});

test("names that come into sight with the permission are no new devices", () => {
  const nameless = [device("audioinput", "", ""), device("videoinput", "", "")];
  expect(deviceNews(nameless, built, [])).toBeUndefined();
});

test("an entry that stands for another device is no new one", () => {
  expect(deviceNews(built, [...built, device("audioinput", "communications", "Kommunikation")], [])).toBeUndefined();
});
