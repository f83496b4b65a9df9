import { useState } from "react";
import { Icon } from "../icons/Icon";
import { clock, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import { type MinutesKind, minutesOf } from "./minutes";
import type { Notes } from "./notes";
import { missingFrom } from "./polls";
import { useMeetingStore } from "./useMeeting";
import type { MeetingStore } from "./store";

/** So long the names of roll calls may take to come, milliseconds. */
const rollMs = 5_000;

/** The minutes as a file: for reading and printing, or to work on. */
export function MinutesButtons({ notes, title }: { notes: Notes; title: string }) {
  const { t, language } = useWords();
  const store = useMeetingStore();
  const [busy, setBusy] = useState(false);
  const save = async (kind: MinutesKind) => {
    setBusy(true);
    await rollsOf(store);
    setBusy(false);
    const opened = notes.facts?.openedAt ?? new Date().toISOString();
    const day = longDay(opened, language);
    const { all, rolls } = store.snapshot().polls;
    const texts = notes.paragraphs.map(({ text }) => text).filter((text) => text.trim() !== "");
    const head = { title, day, from: clock(opened, language), until: clock(new Date(), language), attended: notes.facts?.attended ?? 0, language };
    const file = minutesOf(kind, head, texts, [...all].reverse().filter((poll) => poll.closedAt), rolls, t);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", file], { type: `text/${kind === "html" ? "html" : "markdown"};charset=utf-8` }));
    link.download = `${t("minutes.file")}-${opened.slice(0, 10)}.${kind === "html" ? "html" : "md"}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href));
  };
  return (
    <div className="minutes" role="group" aria-label={t("minutes.save")}>
      <span aria-hidden="true">{t("minutes.save")}</span>
      <button type="button" className="stagebutton" disabled={busy || notes.isLoading} onClick={() => void save("html")}><Icon name="download" size={20} />{t("minutes.html")}</button>
      <button type="button" className="stagebutton" disabled={busy || notes.isLoading} onClick={() => void save("markdown")}><Icon name="download" size={20} />{t("minutes.markdown")}</button>
    </div>
  );
}

/** Waits until the names of all closed roll calls are here, or for a while. */
async function rollsOf(store: MeetingStore) {
  const missing = () => store.snapshot().polls.all.map((poll) => ({ poll: poll.poll, first: missingFrom(store.snapshot().polls, poll) })).filter(({ first }) => first !== undefined);
  let asked = "";
  const until = Date.now() + rollMs;
  while (missing().length > 0 && Date.now() < until) {
    const [{ poll, first }] = missing() as [{ poll: number; first: number }];
    if (asked !== `${poll}/${first}`) void store.askRoll(poll, first);
    asked = `${poll}/${first}`;
    await new Promise<void>((done) => {
      const heard = () => (stop(), clearTimeout(timer), done());
      const stop = store.subscribe(heard);
      const timer = setTimeout(heard, until - Date.now());
    });
  }
}
