import { type Poll, type RollLine, percents } from "./polls";

export type MinutesKind = "html" | "markdown";
/** What stands above the notes; how many took part, and no names. */
export type MinutesHead = { title: string; day: string; from: string; until: string; attended: number; language: string };
/** Says a text of the catalogue. */
type Say = (key: string, values: Record<string, unknown>) => string;

/** The minutes: title, time, how many took part, the notes, and what came of votes. Names stand only in roll calls, which everybody has read. */
export function minutesOf(kind: MinutesKind, head: MinutesHead, texts: string[], polls: Poll[], rolls: Record<number, RollLine[]>, t: Say): string {
  const facts: [string, string][] = [
    [t("minutes.day", {}), head.day],
    [t("minutes.time", {}), t("minutes.span", { from: head.from, until: head.until })],
    [t("minutes.attended", {}), t("minutes.people", { count: head.attended })],
  ];
  return kind === "html" ? asPage(head, facts, texts, polls, rolls, t) : asText(head, facts, texts, polls, rolls, t);
}

/** A line with nothing that would be taken for marks. */
const plain = (text: string) => text.replace(/\s+/g, " ").replace(/([\\`*_[\]<>|#])/g, "\\$1");

function asText(head: MinutesHead, facts: [string, string][], texts: string[], polls: Poll[], rolls: Record<number, RollLine[]>, t: Say): string {
  const votes = polls.flatMap((poll) => [
    `### ${plain(poll.question)}`,
    "",
    t(poll.rollCall ? "poll.rollCall" : "poll.anonymous", {}) + `. ${t("poll.turnout", { voted: poll.voted, entitled: poll.entitled })}.`,
    "",
    ...sumsOf(poll, t).map(([option, sum]) => `- ${plain(option)}: ${sum}`),
    "",
    ...linesOf(poll, rolls, t).map(([name, choice]) => `- ${plain(name)}: ${plain(choice)}`),
    ...(linesOf(poll, rolls, t).length > 0 ? [""] : []),
  ]);
  return [
    `# ${plain(head.title)}`,
    "",
    ...facts.map(([name, value]) => `- ${name}: ${plain(value)}`),
    "",
    `## ${t("notes.title", {})}`,
    "",
    ...(texts.length > 0 ? texts.flatMap((text) => [text, ""]) : [t("notes.empty", {}), ""]),
    ...(polls.length > 0 ? [`## ${t("minutes.votes", {})}`, "", ...votes] : []),
  ].join("\n");
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

function asPage(head: MinutesHead, facts: [string, string][], texts: string[], polls: Poll[], rolls: Record<number, RollLine[]>, t: Say): string {
  const rows = (pairs: [string, string][]) => pairs.map(([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`).join("");
  const table = (caption: string, one: string, other: string, pairs: [string, string][]) => `<table><caption>${escaped(caption)}</caption><thead><tr><th scope="col">${escaped(one)}</th><th scope="col">${escaped(other)}</th></tr></thead><tbody>${rows(pairs)}</tbody></table>`;
  const votes = polls.map((poll) => {
    const names = linesOf(poll, rolls, t);
    return `<h3>${escaped(poll.question)}</h3><p>${escaped(t(poll.rollCall ? "poll.rollCall" : "poll.anonymous", {}))}. ${escaped(t("poll.turnout", { voted: poll.voted, entitled: poll.entitled }))}.</p>${table(t("minutes.result", {}), t("minutes.answer", {}), t("minutes.sum", {}), sumsOf(poll, t))}${names.length > 0 ? table(t("poll.names", {}), t("minutes.name", {}), t("minutes.answer", {}), names) : ""}`;
  });
  const notes = texts.length > 0 ? texts.map((text) => `<p>${escaped(text)}</p>`).join("\n") : `<p>${escaped(t("notes.empty", {}))}</p>`;
  return `<!doctype html>
<html lang="${escaped(head.language)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(`${t("minutes.of", {})}: ${head.title}`)}</title>
<style>body{font:1rem/1.5 sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}p{white-space:pre-wrap;overflow-wrap:anywhere}table{border-collapse:collapse;margin:1rem 0}caption{text-align:left;font-weight:600}th,td{border:1px solid #555;padding:.25rem .75rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}dt{font-weight:600}dd{margin:0 0 .5rem}</style></head>
<body><main>
<h1>${escaped(head.title)}</h1>
<dl>${facts.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join("")}</dl>
<h2>${escaped(t("notes.title", {}))}</h2>
${notes}
${votes.length > 0 ? `<h2>${escaped(t("minutes.votes", {}))}</h2>\n${votes.join("\n")}` : ""}
</main></body>
</html>
`;
}

function sumsOf({ options, sums = [] }: Poll, t: Say): [string, string][] {
  const parts = percents(sums);
  return options.map((option, index) => [option, t("poll.sum", { count: sums[index] ?? 0, percent: parts[index] ?? 0 })]);
}

const linesOf = ({ poll, rollCall, options }: Poll, rolls: Record<number, RollLine[]>, t: Say): [string, string][] => (rollCall ? (rolls[poll] ?? []) : []).map(({ name, choice }) => [name, choice === undefined ? t("poll.didNotVote", {}) : (options[choice] ?? "")]);
