import { expect, test } from "vitest";
import { keepChoices, present, recallChoices } from "./choices";
import { faultOf } from "./faults";
import { loudness } from "./level";
import { afterEnd, afterRemoval } from "./visit";

function shelf() {
  const items = new Map<string, string>();
  return { getItem: (key: string) => items.get(key) ?? null, setItem: (key: string, value: string) => void items.set(key, value) };
}

test("microphone and camera are off on a first visit", () => {
  expect(recallChoices(shelf(), shelf())).toMatchObject({ microphone: false, camera: false, name: "" });
});

test("a new tab knows the devices but neither the name nor what was switched on", () => {
  const machine = shelf();
  keepChoices({ microphone: true, camera: true, microphoneId: "m1", cameraId: "c1", speakerId: "", name: "Renate" }, machine, shelf());
  expect(recallChoices(machine, shelf())).toEqual({ microphone: false, camera: false, microphoneId: "m1", cameraId: "c1", speakerId: "", name: "" });
});

test("broken storage is an empty storage", () => {
  const broken = { getItem: () => "{", setItem: () => undefined };
  expect(recallChoices(broken, broken).cameraId).toBe("");
});

test("an unplugged device falls back to the system's choice", () => {
  expect(present("gone", [{ deviceId: "here" }])).toBe("");
  expect(present("here", [{ deviceId: "here" }])).toBe("here");
});

test.each([["NotAllowedError", "denied"], ["NotFoundError", "missing"], ["NotReadableError", "busy"], ["OverconstrainedError", "unfit"], ["TypeError", "failed"]])("%s means %s", (name, fault) => {
  expect(faultOf({ name })).toBe(fault);
});

test("silence is 0, full scale is 100, and louder is more", () => {
  const tone = (height: number) => Float32Array.from({ length: 1024 }, (_, index) => height * Math.sin(index / 5));
  expect(loudness(new Float32Array(1024))).toBe(0);
  expect(loudness(new Float32Array(1024).fill(1))).toBe(100);
  expect(loudness(tone(0.2))).toBeGreaterThan(loudness(tone(0.02)));
});

test("who is sent away waits if the door says so, else it is over", () => {
  const ending = { kind: "removed" as const, title: "Rat" };
  const waiting = { state: "waiting" as const, ticket: "t", meeting_id: "1", title: "Rat" };
  expect(afterRemoval(waiting, ["recording"], ending)).toEqual({ at: "waiting", waiting, agreed: ["recording"], sentBack: true });
  // A server program may send somebody away whom the door would let in: nobody comes back by themselves then.
  const admitted = { state: "admitted" as const, url: "", token: "", identity: "a", role: "guest" as const, meeting_id: "1", title: "Rat", expires_at: "" };
  for (const answer of [admitted, undefined]) expect(afterRemoval(answer, [], ending)).toEqual({ at: "left", ending });
});

test("who is sent out of a cancelled meeting reads that it was cancelled", () => {
  const ending = { kind: "ended" as const, title: "Rat" };
  expect(afterEnd({ state: "cancelled" }, ending)).toEqual({ kind: "cancelled", title: "Rat" });
  for (const meeting of [{ state: "ended" as const }, undefined]) expect(afterEnd(meeting, ending)).toEqual(ending);
});
