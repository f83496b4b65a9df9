import { expect, test, vi } from "vitest";
import { type Line, gradeOf, median, rateOf, rateTried } from "./line";
import { LineRefused, type LineState, LineTrial } from "./lineTrial";

const line = (changes: Partial<Line>): Line => ({ way: "direct", roundTrip: 20, rate: rateTried, ...changes });

test("a line is good for pictures, for some, for sound; and a long one is said to be long", () => {
  expect(gradeOf(line({}))).toBe("good");
  expect(gradeOf(line({ rate: 2_900_000 }))).toBe("tight");
  expect(gradeOf(line({ rate: 390_000 }))).toBe("sound");
  expect(gradeOf(line({ roundTrip: 301 }))).toBe("slow");
  expect(gradeOf(line({ roundTrip: 301, rate: 100_000 }))).toBe("sound");
});

test("the rate is that of the pieces after the first third", () => {
  // Slow for three pieces, then 14 kB in 10 ms each: 11.2 Mbit/s, of which no more than 10 are said.
  const slowly = [0, 400, 800].map((at) => ({ at, bytes: 14_000 }));
  const quickly = (ms: number) => [1, 2, 3, 4, 5, 6].map((step) => ({ at: 800 + step * ms, bytes: 14_000 }));
  expect(rateOf([...slowly, ...quickly(10)])).toBe(rateTried);
  expect(rateOf([...slowly, ...quickly(100)])).toBeCloseTo(1_120_000, -3);
  expect(rateOf([...slowly, ...quickly(0)])).toBe(rateTried);
  expect([rateOf([]), rateOf(slowly.slice(0, 1))]).toEqual([0, 0]);
});

test("of several times the middle one counts", () => {
  expect(median([80, 10, 12])).toBe(12);
  expect(median([])).toBe(0);
});

const states = (trial: LineTrial) => {
  const seen: LineState["at"][] = [];
  trial.subscribe(() => seen.push(trial.snapshot().at));
  return seen;
};

test("a trial connects, measures and says what it found", async () => {
  const trial = new LineTrial(async (measuring) => {
    measuring();
    return line({});
  });
  const seen = states(trial);
  await trial.start();
  expect(seen).toEqual(["connecting", "measuring", "done"]);
});

test("why nothing could be measured is said, and unknown reasons as such", async () => {
  const blocked = new LineTrial(() => Promise.reject(new LineRefused("blocked")));
  await blocked.start();
  expect(blocked.snapshot()).toEqual({ at: "fault", fault: "blocked" });
  const broken = new LineTrial(() => Promise.reject(new Error("no idea")));
  await broken.start();
  expect(broken.snapshot()).toEqual({ at: "fault", fault: "failed" });
});

test("who stops hears nothing of it any more", async () => {
  let finish = (_line: Line) => {};
  const measure = vi.fn((_measuring: () => void, _stop: AbortSignal) => new Promise<Line>((done) => (finish = done)));
  const trial = new LineTrial(measure);
  const done = trial.start();
  trial.stop();
  finish(line({}));
  await done;
  expect(trial.snapshot()).toEqual({ at: "idle" });
  expect(measure.mock.calls[0]![1].aborted).toBe(true);
});
