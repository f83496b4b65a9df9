import { expect, test } from "vitest";
import { Causes, type Sent, lookMs } from "./causes";

/** Looks with so many packets and losses since the one before; what was said, in order. */
function said(steps: [packets: number, lost: number, tooSlow?: boolean][], causes = new Causes(), from = 0) {
  const sent: Sent = { packets: 0, lost: 0, tooSlow: false };
  causes.look({ ...sent }, from);
  return steps.map(([packets, lost, tooSlow = false], index) => {
    sent.packets += packets;
    sent.lost += lost;
    return causes.look({ ...sent, tooSlow }, from + (index + 1) * lookMs);
  });
}

test("a line that loses what is sent is named once it is no chance any more", () => {
  expect(said([[250, 40], [250, 30], [250, 30]])).toEqual([undefined, "uplink", undefined]);
  expect(said([[250, 40], [250, 2], [250, 40]])).toEqual([undefined, undefined, undefined]);
});

test("a little loss, little sound and counters that begin anew say nothing", () => {
  expect(said([[250, 12], [250, 12], [250, 12]])).toEqual([undefined, undefined, undefined]);
  expect(said([[20, 20], [20, 20], [20, 20]])).toEqual([undefined, undefined, undefined]);
  expect(said([[250, 40], [-300, -70], [20, 5]])).toEqual([undefined, undefined, undefined]);
});

test("silence between two bad looks does not hide the line", () => {
  expect(said([[250, 40], [3, 0], [250, 40]])).toEqual([undefined, undefined, "uplink"]);
});

test("a device that does not keep up is named after a while of it", () => {
  expect(said([[0, 0, true], [0, 0, true], [0, 0, true], [0, 0, true]])).toEqual([undefined, undefined, "slow", undefined]);
  expect(said([[0, 0, true], [0, 0, true], [0, 0, false], [0, 0, true]])).toEqual([undefined, undefined, undefined, undefined]);
});

test("the same is said again only after five minutes", () => {
  const bad: [number, number][] = Array.from({ length: 65 }, () => [250, 50]);
  const when = said(bad).flatMap((cause, index) => (cause ? [(index + 1) * lookMs] : []));
  expect(when).toEqual([10_000, 310_000]);
});
