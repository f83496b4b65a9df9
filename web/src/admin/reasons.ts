import type { RunningParticipant } from "../api/contract";

type Download = RunningParticipant["download"];

/** A sentence from the catalogue; `bps` is a rate to be written as readers write it. */
export type Sentence = { words: string; counts?: Record<string, number>; bps?: number };

/** What somebody gets of the pictures shown there, and why not more. Nothing to show, no sentence. */
export function pictureSentences(download: Download): Sentence[] {
  const { pictures, reduced, paused, limited } = download;
  if (pictures === 0) return [];
  if (reduced === 0) return [{ words: "running.pictures.whole", counts: { count: pictures } }];
  const amount = { words: paused > 0 ? "running.pictures.paused" : "running.pictures.reduced", counts: { count: reduced, pictures, paused } };
  return [amount, ...reasonFor(limited, download)];
}

function reasonFor(limited: Download["limited"], { estimate_bps, limit_bps, share_bps }: Download): Sentence[] {
  switch (limited) {
    case "estimate":
      return [{ words: "running.reason.estimate", bps: estimate_bps ?? 0 }];
    case "limit":
      return [{ words: "running.reason.limit", bps: limit_bps ?? 0 }];
    case "share":
      return [{ words: "running.reason.share", bps: share_bps ?? 0 }];
    case "overload":
      return [{ words: "running.reason.overload" }];
    default:
      return [];
  }
}
