import type { Meeting } from "../api/contract";
import { Problem } from "../api/problem";

/** What programs in a meeting do with what people say and show; nobody is subject to it without agreeing. */
export const captures = ["recording", "captions"] as const;
export type Capture = (typeof captures)[number];

/** What such programs are called. */
export type Captured = Pick<Meeting, "recorded_by" | "captioned_by">;
export const uncaptured: Captured = { recorded_by: [], captioned_by: [] };

/** What goes on. */
export const capturesOf = ({ recorded_by, captioned_by }: Captured): Capture[] => captures.filter((capture) => (capture === "recording" ? recorded_by : captioned_by).length > 0);

/** What goes on, as a refusal to let somebody in says it. */
export function refusedFor(error: unknown): Captured | undefined {
  if (!(error instanceof Problem) || error.code !== "consent_required") return undefined;
  return { recorded_by: namesIn(error.extra.recorded_by), captioned_by: namesIn(error.extra.captioned_by) };
}

export const namesIn = (value: unknown): string[] => (Array.isArray(value) ? value.filter((name) => typeof name === "string") : []);

/** Which of the sentences fits what goes on. */
export const kindOf = (running: Capture[]) => (running.length > 1 ? "both" : (running[0] ?? "recording"));
