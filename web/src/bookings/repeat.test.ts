import { expect, test } from "vitest";
import { kinds, nth, once, repeatOf, ruleOf } from "./repeat";

const tuesday = "2026-11-24";

test("what the form says becomes a rule", () => {
  expect(ruleOf(once, tuesday)).toBeUndefined();
  expect(ruleOf({ ...once, kind: "weekly", every: 2 }, tuesday)).toBe("FREQ=WEEKLY;COUNT=10;INTERVAL=2;BYDAY=TU");
  expect(ruleOf({ ...once, kind: "monthWeekday" }, tuesday)).toBe("FREQ=MONTHLY;COUNT=10;BYDAY=4TU");
  expect(ruleOf({ ...once, kind: "monthWeekday" }, "2026-12-29")).toBe("FREQ=MONTHLY;COUNT=10;BYDAY=-1TU");
  expect(ruleOf({ ...once, kind: "daily", ending: "until", until: "2026-12-24" }, tuesday)).toBe("FREQ=DAILY;UNTIL=20261224");
  expect(ruleOf({ ...once, kind: "yearly", ending: "never" }, tuesday)).toBe("FREQ=YEARLY");
});

test("every rule of the form is shown as it was chosen", () => {
  for (const kind of kinds.filter((each) => each !== "none")) {
    const chosen = { ...once, kind, every: kind === "workdays" ? 1 : 3, ending: "until" as const, until: "2027-06-30" };
    expect(repeatOf(ruleOf(chosen, tuesday) ?? "", tuesday, "Europe/Berlin")).toMatchObject({ kind, ending: "until", until: "2027-06-30" });
  }
});

test("a rule the form has no words for is kept as it is", () => {
  const rule = "FREQ=MONTHLY;COUNT=4;BYDAY=MO,TU;BYSETPOS=-1";
  const repeat = repeatOf(rule, tuesday, "Europe/Berlin");
  expect(repeat).toMatchObject({ kind: "other", count: 4 });
  expect(ruleOf(repeat, tuesday)).toBe(rule);
});

test("an end in UTC is the day it is in the zone of the series", () => {
  expect(repeatOf("FREQ=WEEKLY;UNTIL=20261214T225959Z;BYDAY=TU", tuesday, "Europe/Berlin")).toMatchObject({ kind: "weekly", until: "2026-12-14" });
  expect(repeatOf("FREQ=WEEKLY;UNTIL=20261215T030000Z;BYDAY=TU", tuesday, "America/New_York")).toMatchObject({ until: "2026-12-14" });
});

test("the fifth of its kind is the last", () => {
  expect([nth("2026-12-01"), nth("2026-12-28"), nth("2026-12-29")]).toEqual([1, 4, -1]);
});
