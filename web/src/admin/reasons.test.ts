import { expect, test } from "vitest";
import { pictureSentences } from "./reasons";

const download = { wanted_bps: 0, granted_bps: 0, pictures: 3, reduced: 0, paused: 0, limited: "no" } as Parameters<typeof pictureSentences>[0];

test("who gets every picture as it is shown hears of no reason", () => {
  expect(pictureSentences({ ...download, pictures: 0 })).toEqual([]);
  expect(pictureSentences({ ...download, limited: "wish" })).toEqual([{ words: "running.pictures.whole", counts: { count: 3 } }]);
});

test("smaller and paused pictures are counted, and the reason is named with its rate", () => {
  const short = { ...download, reduced: 2, limited: "estimate", estimate_bps: 700_000 } as const;
  expect(pictureSentences(short)).toEqual([{ words: "running.pictures.reduced", counts: { count: 2, pictures: 3, paused: 0 } }, { words: "running.reason.estimate", bps: 700_000 }]);
  const [amount, reason] = pictureSentences({ ...short, paused: 1, limited: "limit", limit_bps: 500_000 });
  expect([amount?.words, amount?.counts?.paused, reason]).toEqual(["running.pictures.paused", 1, { words: "running.reason.limit", bps: 500_000 }]);
  expect(pictureSentences({ ...short, limited: "share", share_bps: 210_000 })[1]).toEqual({ words: "running.reason.share", bps: 210_000 });
  expect(pictureSentences({ ...short, limited: "overload" })[1]).toEqual({ words: "running.reason.overload" });
});
