import type { ImportEntry, ImportRefused } from "../api/contract";

/** Properties with a sentence of their own. */
const KNOWN = ["DTSTART", "DTEND", "DURATION", "ORGANIZER", "ATTENDEE", "STATUS", "CLASS", "VEVENT", "UID"];

/** Can it be booked as it is? */
export const isBookable = ({ refused, checked }: ImportEntry): boolean => refused === undefined && checked?.conflicts.length === 0;

/** Where the catalogue says why an entry is not booked; the first that is there counts. */
export function wordsFor({ code, field = "" }: ImportRefused): string[] {
  if (code === "is_there") return ["import.refused.is_there"];
  if (/^(RRULE|RDATE|EXDATE|RECURRENCE-ID|recurrence)/.test(field)) return ["import.refused.rule"];
  if (KNOWN.includes(field)) return [`import.refused.${field}`];
  if (code === "not_understood" || code === "invalid") return ["import.refused.not_understood"];
  return [`problem.${code}`, "problem.unexpected"];
}
