import { expect, test } from "vitest";
import { usual } from "./preferences";
import { Machine, rememberedDays, within } from "./machine";

const day = 86_400_000;

function shelf(text: string | null = null) {
  const kept = { text };
  return { kept, getItem: () => kept.text, setItem: (_key: string, value: string) => void (kept.text = value) };
}

/** Torn pictures until somebody says something, at most so many looks. */
function strained(machine: Machine, most = 10): boolean {
  let received = 0;
  for (let look = 0; look < most; look += 1) {
    received += 150;
    if (machine.look({ a: { received, decoded: received / 2, dropped: received / 2 } })) return true;
  }
  return false;
}

test("a device that does not keep up shows less, and is known for thirty days", () => {
  const [time, store] = [{ now: 1_000_000 }, shelf()];
  const machine = new Machine(store, () => time.now);
  const heard: string[] = [];
  machine.subscribe(() => heard.push(machine.snapshot()));
  expect(machine.snapshot()).toBe("full");
  expect(strained(machine)).toBe(true);
  expect(heard).toEqual(["lean"]);
  time.now += rememberedDays * day - 1;
  expect(new Machine(store, () => time.now).snapshot()).toBe("lean");
  time.now += 1;
  const later = new Machine(store, () => time.now);
  expect(later.snapshot(), "then it is measured anew").toBe("full");
  expect(strained(later)).toBe(true);
});

test("whoever wants to see everything again is not contradicted, in no later meeting either", () => {
  const [time, store] = [{ now: 0 }, shelf()];
  const machine = new Machine(store, () => time.now);
  strained(machine);
  machine.choose("full");
  expect(machine.snapshot()).toBe("full");
  expect(strained(machine, 100)).toBe(false);
  time.now += 10 * day;
  const next = new Machine(store, () => time.now);
  expect(strained(next, 100)).toBe(false);
  expect(next.snapshot()).toBe("full");
});

test("it never goes back and forth by itself", () => {
  const machine = new Machine(shelf(), () => 0);
  strained(machine);
  for (let received = 0; received < 100_000; received += 500) expect(machine.look({ a: { received, decoded: received, dropped: 0 } })).toBe(false);
  expect(machine.snapshot()).toBe("lean");
});

test("what is stored in a wrong shape is not known", () => {
  const now = 5 * day;
  for (const text of ["{", "null", '"lean"', "{}", '{"profile":"lean"}', '{"profile":"old","until":9e15}', `{"profile":"lean","until":${now + 31 * day}}`, `{"profile":"lean","until":${now}}`]) {
    expect(new Machine(shelf(text), () => now).snapshot(), text).toBe("full");
  }
});

test("an old device gets small pictures and no filter of ours, and never less cover than the person chose", () => {
  const wanted = { ...usual, background: "strong" as const, noise: "strong" as const };
  expect(within(wanted, "full")).toBe(wanted);
  expect(within(wanted, "lean")).toEqual({ ...wanted, receive: "small", send: "small", noise: "usual" });
  for (const receive of ["screens", "sound"] as const) expect(within({ ...wanted, receive }, "lean").receive, "even less stays so").toBe(receive);
  expect(within({ ...wanted, noise: "none" }, "lean").noise).toBe("none");
});
