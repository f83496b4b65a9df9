import type { RoleToGive } from "./roles";

/** What the moderation decided for everybody's microphones and screens. */
export type Rules = {
  /** Only presenters show a screen. */
  share: boolean;
  /** Only who is called speaks. */
  called: boolean;
  /** That rests until somebody who moderates is back: nobody could be called. */
  rests: boolean;
  /** How long a turn is; 0: as long as it takes. */
  minutes: number;
};

/** Whose turn it is, by the clock of this device; without an end as long as it takes. */
export type Turn = { identity: string; from: string; until?: number };

export const noRules: Rules = { share: false, called: false, rests: false, minutes: 0 };

/** How long turns can be, minutes. */
export const turnMinutes = [1, 2, 3, 5, 10] as const;

/** Why somebody cannot switch something on; groups have no rules. */
export function whyNot(control: "microphone" | "camera" | "screen" | "hand", standing: RoleToGive, rules: Rules, isCalled: boolean): "role_listener" | "only_presenters_share" | "not_called" | undefined {
  if (standing === "listener") return "role_listener";
  if (standing !== "participant") return undefined;
  if (control === "screen" && rules.share) return "only_presenters_share";
  return control === "microphone" && rules.called && !isCalled ? "not_called" : undefined;
}

type Board = { rules?: Record<string, unknown>; turn?: Record<string, unknown> };

/** The rules in a meeting's metadata. */
export function rulesFrom(metadata: string | undefined): Rules {
  const { rules } = read(metadata);
  return rules ? { share: rules.only_presenters_share === true, called: rules.moderated_microphones === true, rests: rules.microphones_rest === true, minutes: Number(rules.turn_minutes) || 0 } : noRules;
}

/** The turn in it. Whoever hears of it as it begins counts from now, as this device's clock may be wrong; who comes later has to believe it. */
export function turnFrom(metadata: string | undefined, now: number, begins: boolean, before: Turn | undefined): Turn | undefined {
  const { turn } = read(metadata);
  if (typeof turn?.identity !== "string") return undefined;
  const [identity, from] = [turn.identity, String(turn.from)];
  if (before?.identity === identity && before.from === from) return before;
  const until = Date.parse(String(turn.until));
  return { identity, from, ...(until && { until: begins ? now + until - Date.parse(from) : until }) };
}

function read(metadata: string | undefined): Board {
  try {
    return (JSON.parse(metadata || "{}") as Board | null) ?? {};
  } catch {
    return {};
  }
}
