import type { TFunction } from "i18next";
import { shortDate } from "../words/dates";

/** Which rule of a room a booking breaks, as the server says it. */
export type Reason = {
  room: { id: string; name: string };
  rule: "bookers" | "booking_window_days" | "minimum_minutes" | "maximum_minutes" | "buffer" | "blackout" | "holiday" | "opening_hours";
  date?: string;
  minutes?: number;
  last_day?: string;
  from?: string;
  until?: string;
  why?: string;
  day?: string;
  open?: { from: string; until: string }[];
};

/** The reasons a refusal carries, each sentence once: a long series breaks the same rule on many dates. */
export function reasonsOf(extra: Record<string, unknown>, t: TFunction, language: string): string[] {
  const reasons = Array.isArray(extra.reasons) ? (extra.reasons as Reason[]) : [];
  return [...new Set(reasons.map((reason) => reasonIn(reason, t, language)))];
}

/** One reason in plain words. */
export function reasonIn(reason: Reason, t: TFunction, language: string): string {
  const day = (text: string | undefined) => (text ? shortDate(`${text}T12:00:00Z`, language, "UTC") : "");
  const room = reason.room.name;
  switch (reason.rule) {
    case "booking_window_days":
      return t("reason.window", { room, day: day(reason.last_day) });
    case "minimum_minutes":
      return t("reason.minimum", { room, count: reason.minutes });
    case "maximum_minutes":
      return t("reason.maximum", { room, count: reason.minutes });
    case "buffer":
      return t("reason.buffer", { room, count: reason.minutes });
    case "blackout":
      return t(reason.why ? "reason.blackoutWhy" : "reason.blackout", { room, from: day(reason.from), until: day(reason.until), why: reason.why });
    case "holiday":
      return t("reason.holiday", { room, day: day(reason.day) });
    case "opening_hours": {
      const open = (reason.open ?? []).map((hours) => t("reason.span", { from: hours.from, until: hours.until === "00:00" ? "24:00" : hours.until })).join(", ");
      return open ? t("reason.hours", { room, day: day(reason.day), open }) : t("reason.closed", { room, day: day(reason.day) });
    }
    default:
      return t("reason.bookers", { room });
  }
}
