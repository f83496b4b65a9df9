import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { Imported, ImportEntry, ImportPreview, ImportRefused } from "../api/contract";
import { importBookings, previewImport } from "../api/imports";
import { Check, Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { clock, longDay } from "../words/dates";
import { useWords } from "../words/useWords";
import { isBookable, wordsFor } from "./imports";
import "../bookings/book.css";
import "./feeds.css";

/** A file from another calendar: looked at first, then booked. */
export function CalendarImport() {
  const { t, explain } = useWords();
  const queries = useQueryClient();
  const [file, setFile] = useState("");
  const [preview, setPreview] = useState<ImportPreview>();
  const [chosen, setChosen] = useState<number[]>([]);
  const [invite, setInvite] = useState(false);
  const [done, setDone] = useState<Imported>();
  const [failed, setFailed] = useState<unknown>();
  const [busy, setBusy] = useState(false);

  const run = async (act: () => Promise<void>) => {
    setBusy(true);
    setFailed(undefined);
    try {
      await act();
    } catch (error) {
      setFailed(error);
    } finally {
      setBusy(false);
    }
  };
  const look = (picked: File | undefined) => run(async () => {
    setPreview(undefined);
    setDone(undefined);
    if (!picked) return;
    const text = await picked.text();
    const seen = await previewImport(text, { invite: false });
    setFile(text);
    setPreview(seen);
    setChosen(seen.entries.filter(isBookable).map(({ entry }) => entry));
  });
  const book = () => run(async () => {
    setDone(await importBookings(file, chosen, { invite }));
    setPreview(undefined);
    await queries.invalidateQueries({ queryKey: ["bookings"] });
  });
  const choose = (entry: number, on: boolean) => setChosen((before) => (on ? [...before, entry] : before.filter((one) => one !== entry)));
  return (
    <section className="card pad stack feeds" aria-labelledby="import">
      <h2 id="import">{t("import.title")}</h2>
      <p className="muted">{t("import.lead")}</p>
      {failed !== undefined && <Notice kind="danger">{explain(failed)}</Notice>}
      <Field label={t("import.file")}>
        <input type="file" accept=".ics,text/calendar" disabled={busy} onChange={(event) => void look(event.target.files?.[0])} />
      </Field>
      {preview && (
        <>
          {preview.entries.length === 0 && <Notice>{t("import.none")}</Notice>}
          {preview.past > 0 && <p className="muted">{t("import.past", { count: preview.past })}</p>}
          {preview.others > 0 && <p className="muted">{t("import.others", { count: preview.others })}</p>}
          {preview.entries.length > 0 && (
            <>
              <ul className="entries" aria-label={t("import.entries")}>
                {preview.entries.map((entry) => <Entry key={entry.entry} entry={entry} checked={chosen.includes(entry.entry)} onChange={(on) => choose(entry.entry, on)} />)}
              </ul>
              {preview.entries.some(({ people }) => people > 0) && <Check label={t("import.invite")} hint={t("import.inviteHint")} checked={invite} onChange={setInvite} />}
              {chosen.length === 0 ? <p className="muted">{t("import.chooseOne")}</p> : <button type="button" className="kern-btn kern-btn--primary" disabled={busy} onClick={() => void book()}><Icon name="calendar" size={20} />{t("import.book", { count: chosen.length })}</button>}
            </>
          )}
        </>
      )}
      {done && <Outcome done={done} />}
    </section>
  );
}

function Entry({ entry, checked, onChange }: { entry: ImportEntry; checked: boolean; onChange: (on: boolean) => void }) {
  const { t, language } = useWords();
  const { refused, start, checked: would } = entry;
  const taken = would?.conflicts.length ?? 0;
  const notes = [
    start && `${longDay(start, language)}, ${clock(start, language)}`,
    entry.is_series && would && t("import.series", { count: would.dates }),
    entry.people > 0 && t("import.people", { count: entry.people }),
    entry.place && t("import.place", { place: entry.place }),
  ];
  return (
    <li>
      <label className="check">
        <input type="checkbox" checked={checked} disabled={!isBookable(entry)} onChange={(event) => onChange(event.target.checked)} />
        <span>
          {entry.title || t("import.untitled")}
          {notes.filter(Boolean).map((note) => <small key={String(note)}>{note}</small>)}
          {taken > 0 && <small className="wrong"><Icon name="octagon-alert" size={20} />{t("import.taken", { count: taken })}</small>}
          {refused && <small className="wrong"><Icon name="octagon-alert" size={20} /><Why refused={refused} /></small>}
        </span>
      </label>
    </li>
  );
}

function Outcome({ done }: { done: Imported }) {
  const { t } = useWords();
  const booked = done.entries.filter(({ booking }) => booking !== undefined);
  const refused = done.entries.filter((one) => one.refused !== undefined);
  return (
    <div className="stack" role="status">
      {booked.length > 0 && <Notice icon="check">{t("import.booked", { count: booked.length })}</Notice>}
      <ul className="entries">{booked.map(({ entry, title, booking }) => <li key={entry}><Link href={`/bookings/${booking}`}>{title || t("import.untitled")}</Link></li>)}</ul>
      {refused.length > 0 && <h3>{t("import.refusedTitle")}</h3>}
      <ul className="entries">{refused.map((one) => <li key={one.entry}>{one.title || t("import.untitled")}<small className="wrong"><Why refused={one.refused!} /></small></li>)}</ul>
    </div>
  );
}

function Why({ refused }: { refused: ImportRefused }) {
  const { t } = useWords();
  return <>{t(wordsFor(refused), { field: refused.field ?? "" })}</>;
}
