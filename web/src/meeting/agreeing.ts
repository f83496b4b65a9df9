import { type Capture, type Captured, capturesOf, namesIn } from "../lobby/consent";

/** What goes on, what of it this person agreed to, and what ended a moment ago. */
export type Agreeing = { captured: Captured; agreed: Capture[]; endedAt: Partial<Record<Capture, number>> };

/** A program that is gone for so long was only away: nobody is asked once more. */
export const awayMs = 60_000;

/** What somebody has to agree to before being heard and seen. */
export const toAgree = ({ captured, agreed }: Agreeing): Capture[] => capturesOf(captured).filter((capture) => !agreed.includes(capture));

/** With what goes on now. What ended needs a new word of everybody if it begins again later. */
export function withCaptured(before: Agreeing, captured: Captured, now: number): Agreeing {
  const [were, are] = [capturesOf(before.captured), capturesOf(captured)];
  const endedAt = { ...before.endedAt };
  for (const capture of were) if (!are.includes(capture)) endedAt[capture] = now;
  const holds = (capture: Capture) => {
    const ended = endedAt[capture];
    // What was agreed to in the lobby and is over by now was another recording than one that begins later.
    if (!are.includes(capture)) return ended !== undefined;
    return were.includes(capture) || ended === undefined || now - ended < awayMs;
  };
  return { captured, agreed: before.agreed.filter(holds), endedAt };
}

/** What the meeting says of it: names stand in its metadata, unless that is something else; the recording is known anyway. */
export function capturedIn(metadata: string | undefined, isRecorded: boolean): Captured {
  let board: Record<string, unknown> = {};
  try {
    board = ((JSON.parse(metadata || "{}") as { captures?: Record<string, unknown> } | null)?.captures ?? {}) as Record<string, unknown>;
  } catch {
    // Somebody else's words.
  }
  const recorded_by = namesIn(board.recorded_by);
  return { recorded_by: isRecorded && recorded_by.length === 0 ? [""] : recorded_by, captioned_by: namesIn(board.captioned_by) };
}
