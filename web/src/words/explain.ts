import type { TFunction } from "i18next";
import { Problem } from "../api/problem";
import { clock, longDay } from "./dates";

/** A refusal in plain words: what happened and what to do. */
export function explain(error: unknown, t: TFunction, language: string): string {
  if (!(error instanceof Problem)) return t("problem.unexpected");
  return t([`problem.${error.code}`, "problem.unexpected"], { ...readable(error.extra, language) });
}

/** What the answer carries, with instants turned into words and rooms into their names. */
export function readable(extra: Record<string, unknown>, language: string): Record<string, string> {
  const words: Record<string, string> = {};
  for (const [key, value] of Object.entries(extra)) {
    if (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)) {
      words[key] = clock(value, language);
      words[`${key}_day`] = longDay(value, language);
    } else if (typeof value === "object" && value !== null && "name" in value) words[key] = String(value.name);
    else if (typeof value === "string" || typeof value === "number") words[key] = String(value);
  }
  return words;
}
