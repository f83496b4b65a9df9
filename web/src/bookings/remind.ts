/** Minutes before a date that the form offers; the server takes others as well. */
const offered = [60, 24 * 60, 7 * 24 * 60];

/** What can be chosen: what is offered, and what the booking has already. */
export function reminders(chosen: number | undefined): number[] {
  return chosen === undefined || offered.includes(chosen) ? offered : [...offered, chosen].sort((one, other) => one - other);
}

/** The key of the words, and their count: whole weeks, days or hours where it comes out even. */
export function reminderWords(minutes: number): [key: "week" | "day" | "hour" | "minute", count: number] {
  const units = [["week", 7 * 24 * 60], ["day", 24 * 60], ["hour", 60]] as const;
  const [unit, length] = units.find(([, length]) => minutes % length === 0) ?? (["minute", 1] as const);
  return [unit, minutes / length];
}
