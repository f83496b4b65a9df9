import { expect, test } from "vitest";
import { besideMedia, goneMs, lookMs, quietMs, Silence, silentMs } from "./silence";

type Line = {
  /** How long an answer takes at a time, milliseconds; infinite: it never comes. */
  answersIn: (at: number) => number;
  /** When media comes. */
  media?: (at: number) => boolean;
  /** When the page gets to look. */
  sleeps?: (at: number) => boolean;
};

/** A meeting of so many milliseconds over a line; words keep their order, as on any socket. */
function meeting(lastsMs: number, { answersIn, media = () => false, sleeps = () => false }: Line) {
  const silence = new Silence();
  const onTheWay: { at: number; took: number }[] = [];
  let [wordsAt, mediaAt, asked, answerMs] = [0, undefined as number | undefined, 0, 0];
  const found: { silentAt?: number; goneAt?: number } = {};
  for (let now = 0, next = 0; now < lastsMs; now += 10) {
    while (onTheWay[0] && onTheWay[0].at <= now) ({ at: wordsAt, took: answerMs } = onTheWay.shift()!);
    if (media(now)) mediaAt = now;
    if (now < next || sleeps(now)) continue;
    const { asks, isSilent, givesUp } = silence.look(now, { wordsAt, mediaAt, answerMs });
    if (isSilent) found.silentAt ??= now;
    if (givesUp) found.goneAt ??= now;
    if (asks) {
      asked += 1;
      const at = Math.max(now + answersIn(now), onTheWay.at(-1)?.at ?? 0);
      if (at !== Infinity) onTheWay.push({ at, took: at - now });
    }
    next = now + silence.nextIn(now);
  }
  return { ...found, asked };
}

const always = () => true;
const minuteMs = 60_000;

test("a line on which everything vanishes is noticed within two seconds, with media and without", () => {
  for (const media of [() => false, (at: number) => at < 10_000, (at: number) => at < 10_000 && at % 390 === 0]) {
    const { silentAt, goneAt } = meeting(20_000, { answersIn: (at) => (at < 10_000 ? 30 : Infinity), media });
    expect(silentAt).toBeGreaterThan(10_000);
    expect(silentAt).toBeLessThanOrEqual(10_000 + 1_900);
    expect(goneAt! - silentAt!).toBeGreaterThanOrEqual(goneMs - silentMs - 10);
    expect(goneAt).toBeLessThanOrEqual(10_000 + goneMs + lookMs);
  }
});

test("a line that is only slow is not silent, however slow", () => {
  for (const delay of [200, 1_000, 1_500, 3_000]) {
    // People talk now and then; the client asks from the first moment on.
    const media = (at: number) => at < 2 * delay || Math.floor(at / 10_000) % 2 === 0;
    expect(meeting(minuteMs, { answersIn: () => delay, media }), `${delay} ms`).not.toHaveProperty("silentAt");
  }
});

test("a line that becomes slow while people talk is not silent: sound comes after half of what an answer takes", () => {
  const slowFrom = 10_000;
  const media = (at: number) => at < slowFrom || at >= slowFrom + 1_500;
  expect(meeting(minuteMs, { answersIn: (at) => (at < slowFrom ? 30 : 3_000), media })).not.toHaveProperty("silentAt");
});

test("jitter, and words that had to be sent again, are not silence", () => {
  for (let seed = 1, rolled = 1; seed <= 6; seed += 1, rolled = seed) {
    const random = () => (rolled = (rolled * 16_807) % 2_147_483_647) / 2_147_483_647;
    // One in ten is lost; each time it is sent again after twice the time.
    const again = (waits = 200): number => (random() < 0.1 ? waits + again(waits * 2) : 0);
    const answersIn = () => 300 + random() * 200 + again();
    expect(meeting(10 * minuteMs, { answersIn, media: () => random() < 0.05 }), "with media").toEqual({ asked: expect.any(Number) });
    expect(meeting(10 * minuteMs, { answersIn }).goneAt, "where nothing else comes").toBeUndefined();
    expect(meeting(2 * minuteMs, { answersIn }).silentAt, "where nothing else comes").toBeUndefined();
  }
});

test("a short gap is shown and passes: its socket is kept", () => {
  const away = (at: number) => at >= 10_000 && at < 12_400;
  const { silentAt, goneAt } = meeting(20_000, { answersIn: (at) => (away(at) ? 12_400 - at + 30 : 30), media: (at) => !away(at) });
  expect(silentAt).toBeLessThanOrEqual(12_000);
  expect(goneAt).toBeUndefined();
});

test("a page that slept asks before it says anything", () => {
  const sleeps = (at: number) => at > 10_000 && at < 40_000;
  expect(meeting(minuteMs, { answersIn: () => 50, sleeps })).not.toHaveProperty("silentAt");
  const { silentAt } = meeting(minuteMs, { answersIn: (at) => (at < 10_000 ? 50 : Infinity), sleeps });
  expect(silentAt).toBeGreaterThan(40_000);
  expect(silentAt).toBeLessThanOrEqual(40_000 + 4 * lookMs);
});

test("while media comes the server is hardly asked, and a socket that hangs is given up all the same", () => {
  const { asked, silentAt } = meeting(minuteMs, { answersIn: () => 30, media: always });
  expect(silentAt).toBeUndefined();
  expect(asked).toBeLessThanOrEqual(minuteMs / besideMedia.quietMs);
  const hung = meeting(minuteMs, { answersIn: (at) => (at < 10_000 ? 30 : Infinity), media: always });
  expect(hung.silentAt, "its banner needs no media to stop").toBeUndefined();
  expect(hung.goneAt).toBeLessThanOrEqual(10_000 + besideMedia.goneMs + lookMs);
});

test("where nothing else comes it is asked as often as it is looked, and no more", () => {
  expect(meeting(minuteMs, { answersIn: () => 30 }).asked).toBeLessThanOrEqual(minuteMs / lookMs);
  expect(quietMs).toBeLessThan(lookMs);
});

test("what was found stays while there is no socket, until something comes", () => {
  const silence = new Silence();
  for (let now = 0; now <= 2_000; now += lookMs) silence.look(now, { wordsAt: 0, mediaAt: undefined, answerMs: 0 });
  expect(silence.look(2_400, { wordsAt: undefined, mediaAt: undefined, answerMs: 0 })).toEqual({ asks: false, isSilent: true, givesUp: false });
  expect(silence.look(9_000, { wordsAt: undefined, mediaAt: undefined, answerMs: 0 }).isSilent).toBe(true);
  expect(silence.look(9_400, { wordsAt: 9_300, mediaAt: undefined, answerMs: 0 }).isSilent).toBe(false);
});

test("a server that is gone is no silent line: its socket is closed", () => {
  const silence = new Silence();
  silence.look(0, { wordsAt: 0, mediaAt: 0, answerMs: 0 });
  for (let now = 100; now <= 20_000; now += lookMs) expect(silence.look(now, { wordsAt: undefined, mediaAt: 90, answerMs: 0 }).isSilent).toBe(false);
});
