/** Dates as our readers write them. All functions take the language and, where it matters, the zone. */
type Language = string;

const locale = (language: Language) => (language.startsWith("en") ? "en-GB" : "de-DE");
const format = (language: Language, options: Intl.DateTimeFormatOptions, zone?: string) => new Intl.DateTimeFormat(locale(language), { ...options, timeZone: zone });

export const longDay = (at: string | Date, language: Language, zone?: string) => format(language, { weekday: "long", day: "numeric", month: "long", year: "numeric" }, zone).format(new Date(at));
export const shortWeekday = (at: string | Date, language: Language, zone?: string) => format(language, { weekday: "short" }, zone).format(new Date(at)).replace(".", "");
export const dayAndMonth = (at: string | Date, language: Language, zone?: string) => format(language, { day: "2-digit", month: "2-digit" }, zone).format(new Date(at));
export const dayOfMonth = (at: string | Date, language: Language, zone?: string) => `${format(language, { day: "numeric" }, zone).format(new Date(at)).replace(".", "")}${language.startsWith("en") ? "" : "."}`;
export const clock = (at: string | Date, language: Language, zone?: string) => format(language, { hour: "2-digit", minute: "2-digit" }, zone).format(new Date(at));
export const clockSeconds = (at: string | Date, language: Language) => format(language, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(at));
/** The name of a weekday by its ISO number: 1 is Monday. */
export const weekdayName = (day: number, language: Language) => format(language, { weekday: "long" }, "UTC").format(new Date(Date.UTC(2024, 0, day)));
export const shortDate = (at: string | Date, language: Language, zone?: string) => format(language, { day: "2-digit", month: "2-digit", year: "numeric" }, zone).format(new Date(at));

/** `2026-11-24` of the given instant, on the wall of the given zone. */
export function dayKey(at: string | Date, zone?: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone }).formatToParts(new Date(at));
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return `${of("year")}-${of("month")}-${of("day")}`;
}

/** Running time as `00:24:18`. */
export function elapsed(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return [whole / 3600, (whole % 3600) / 60, whole % 60].map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
}

/** What is left, as `04:32`; hours only if there are any. */
export const countdown = (seconds: number) => elapsed(seconds).replace(/^00:/, "");

/** The instant a wall time in a zone means. In a gap of the clock change it lands after the gap; the server refuses such times anyway. */
export function instantOf(local: string, zone: string): Date {
  const asUtc = Date.parse(`${local}:00Z`);
  let guess = asUtc;
  for (let round = 0; round < 2; round++) guess = asUtc - offsetAt(guess, zone);
  return new Date(guess);
}

/** Wall time `2026-11-24T09:30` of an instant in a zone. */
export function localOf(at: string | Date, zone: string): string {
  const time = new Date(at).getTime();
  return new Date(time + offsetAt(time, zone)).toISOString().slice(0, 16);
}

function offsetAt(time: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" }).formatToParts(new Date(time));
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")) - Math.floor(time / 1000) * 1000;
}

export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
