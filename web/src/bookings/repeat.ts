/** How a meeting repeats, as the form asks for it. Other rules are kept as they are. */
export type Repeat = {
  kind: "none" | "daily" | "workdays" | "weekly" | "monthDay" | "monthWeekday" | "yearly" | "other";
  every: number;
  ending: "count" | "until" | "never";
  count: number;
  until: string;
  /** The rule of a series the form has no words for. */
  rule?: string;
};

export const kinds = ["none", "daily", "workdays", "weekly", "monthDay", "monthWeekday", "yearly"] as const;
export const once: Repeat = { kind: "none", every: 1, ending: "count", count: 10, until: "" };

const days = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
const weekday = (date: string) => new Date(`${date}T12:00:00Z`).getUTCDay();
const dayOf = (date: string) => Number(date.slice(8, 10));

/** From Monday to Friday. A series begins with its first date, so that one has to be a day of the rule. */
export const isWorkday = (date: string) => weekday(date) >= 1 && weekday(date) <= 5;

/** Which one of its weekday the date is in its month; the fifth is the last. */
export const nth = (date: string) => (Math.ceil(dayOf(date) / 7) > 4 ? -1 : Math.ceil(dayOf(date) / 7));

/** The rule (RFC 5545) for a first date. */
export function ruleOf(repeat: Repeat, date: string): string | undefined {
  const end = repeat.ending === "count" ? `;COUNT=${repeat.count}` : repeat.ending === "until" ? `;UNTIL=${repeat.until.replaceAll("-", "")}` : "";
  const every = repeat.every > 1 ? `;INTERVAL=${repeat.every}` : "";
  switch (repeat.kind) {
    case "none": return undefined;
    case "other": return repeat.rule;
    case "daily": return `FREQ=DAILY${end}${every}`;
    case "workdays": return `FREQ=WEEKLY${end};BYDAY=MO,TU,WE,TH,FR`;
    case "weekly": return `FREQ=WEEKLY${end}${every};BYDAY=${days[weekday(date)]}`;
    case "monthDay": return `FREQ=MONTHLY${end}${every};BYMONTHDAY=${dayOf(date)}`;
    case "monthWeekday": return `FREQ=MONTHLY${end}${every};BYDAY=${nth(date)}${days[weekday(date)]}`;
    case "yearly": return `FREQ=YEARLY${end}${every}`;
  }
}

/** What the form shows for a rule; `date` is the first date, `zone` that of the series. */
export function repeatOf(rule: string, date: string, zone: string): Repeat {
  const parts = new Map(rule.split(";").map((part) => part.split("=") as [string, string]));
  const repeat: Repeat = { ...once, every: Number(parts.get("INTERVAL") ?? 1), rule };
  const until = parts.get("UNTIL");
  if (parts.has("COUNT")) repeat.count = Number(parts.get("COUNT"));
  else if (until) Object.assign(repeat, { ending: "until", until: untilDay(until, zone) });
  else repeat.ending = "never";
  const found = kinds.find((kind) => kind !== "none" && same(ruleOf({ ...repeat, kind }, date) ?? "", rule));
  return { ...repeat, kind: found ?? "other" };
}

/** The same but for how the end is written: a day stands for the last moment of it. */
function same(one: string, two: string): boolean {
  const plain = (rule: string) => rule.replace(/;UNTIL=[^;]*/, ";UNTIL").split(";").sort().join(";");
  return plain(one) === plain(two);
}

function untilDay(until: string, zone: string): string {
  const day = `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`;
  if (!until.endsWith("Z")) return day;
  const at = new Date(`${day}T${until.slice(9, 11)}:${until.slice(11, 13)}:${until.slice(13, 15)}Z`);
  return new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone }).format(at);
}
