import { type ClipboardEvent, type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { moderate } from "../api/meetings";
import { Check } from "../form/Field";
import { Icon } from "../icons/Icon";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { MinutesButtons } from "./MinutesButtons";
import { type Notes, type Paragraph, caretAfter, longest, notesFrom, paragraphsOf } from "./notes";
import { notesOf } from "./notesOf";
import { useMeeting, useMeetingStore, usePreferences } from "./useMeeting";
import "./notes.css";

/** So often it is said who wrote, at most, milliseconds. */
const sayMs = 10_000;

/** Notes of the meeting: everybody reads them, some write them. */
export function NotesPanel({ meetingId, title }: { meetingId: string; title: string }) {
  const { t, explain } = useWords();
  const store = useMeetingStore();
  const { people, connection } = useMeeting();
  const notes = notesOf(store);
  useSyncExternalStore(notes.subscribe, notes.snapshot);
  const everybody = notesFrom(store.room.metadata)?.everybody ?? false;
  const mayWrite = everybody || store.moderates || people.find((person) => person.me)?.part === "presenter";
  const [wrong, setWrong] = useState("");
  // What was just pressed, until the meeting says the same.
  const [pressed, setPressed] = useState<boolean>();
  useEffect(() => setPressed(undefined), [everybody]);
  useWhoWrote(notes);
  const open = async (wanted: boolean) => {
    setPressed(wanted);
    setWrong("");
    try {
      await moderate(meetingId, { act: "open_notes", everybody: wanted });
      announce(t(wanted ? "notes.opened" : "notes.closed"));
    } catch (error) {
      setPressed(undefined);
      setWrong(explain(error));
    }
  };
  return (
    <>
      <div className="panel-body notes" tabIndex={mayWrite ? undefined : 0} role="region" aria-label={t("notes.title")}>
        <p className="muted">{t(mayWrite ? "notes.lead" : "notes.leadReader")}</p>
        {notes.isLoading ? <p role="status" className="muted">{t("page.loading")}</p> : mayWrite ? <Writing notes={notes} /> : <Reading paragraphs={notes.paragraphs} />}
      </div>
      <div className="panel-foot notes-foot">
        {mayWrite && <p className="muted notes-state">{t(!notes.isUnsaved ? "notes.saved" : connection === "connected" ? "notes.sending" : "notes.waits")}</p>}
        {wrong && <p className="wrong" role="alert">{wrong}</p>}
        {store.moderates && <Check label={t("notes.everybody")} checked={pressed ?? everybody} onChange={(wanted) => void open(wanted)} />}
        <MinutesButtons notes={notes} title={title} />
      </div>
    </>
  );
}

function Reading({ paragraphs }: { paragraphs: Paragraph[] }) {
  const { t } = useWords();
  if (paragraphs.length === 0) return <p>{t("notes.empty")}</p>;
  return paragraphs.map(({ id, text }) => <p className="note-read" key={id}>{text}</p>);
}

/** One field for each paragraph; Enter begins the next one. */
function Writing({ notes }: { notes: Notes }) {
  const { t } = useWords();
  const fields = useRef(new Map<string, HTMLTextAreaElement>());
  // Which field gets the focus once it is there, and at which letter.
  const [next, setNext] = useState<{ id: string; at: number }>();
  const { paragraphs } = notes;
  useEffect(() => {
    const field = next && fields.current.get(next.id);
    if (!field) return;
    field.focus();
    field.setSelectionRange(next.at, next.at);
    setNext(undefined);
  }, [next, paragraphs.length]);
  const neighbour = (index: number) => paragraphs[index]?.id;
  const go = (id: string | undefined, at: number) => id !== undefined && setNext({ id, at });
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>, { id, text }: Paragraph, index: number) => {
    const { selectionStart: from, selectionEnd: to } = event.currentTarget;
    const before = neighbour(index - 1);
    if (event.nativeEvent.isComposing || from !== to) return;
    if (event.key === "Enter" && !event.shiftKey) {
      if (text.trim() !== "") go(notes.split(id, from), 0);
    } else if (event.key === "Backspace" && text === "" && before !== undefined) {
      notes.drop(id);
      go(before, fields.current.get(before)?.value.length ?? 0);
    } else if (event.key === "ArrowUp" && from === 0 && before !== undefined) go(before, fields.current.get(before)?.value.length ?? 0);
    else if (event.key === "ArrowDown" && from === text.length && neighbour(index + 1) !== undefined) go(neighbour(index + 1), 0);
    else return;
    event.preventDefault();
  };
  const onPaste = (event: ClipboardEvent<HTMLTextAreaElement>, { id, text }: Paragraph) => {
    const pasted = event.clipboardData.getData("text");
    if (!/[\r\n]/.test(pasted) && text.length + pasted.length <= longest) return;
    event.preventDefault();
    const { selectionStart: from, selectionEnd: to } = event.currentTarget;
    const [first = "", ...rest] = paragraphsOf(text.slice(0, from) + pasted + text.slice(to));
    notes.type(id, first);
    let last = id;
    for (const piece of rest) last = notes.add(last, piece);
    go(last, (rest.at(-1) ?? first).length);
  };
  return (
    <>
      {paragraphs.map((paragraph, index) => (
        <Field key={paragraph.id} paragraph={paragraph} label={t("notes.paragraph", { number: index + 1, of: paragraphs.length })} onKeyDown={(event) => onKey(event, paragraph, index)} onPaste={(event) => onPaste(event, paragraph)} onType={(text) => notes.type(paragraph.id, text)} onLeave={() => notes.flush()}
          hold={(field) => void (field ? fields.current.set(paragraph.id, field) : fields.current.delete(paragraph.id))} />
      ))}
      <button type="button" className="stagebutton note-add" onClick={() => go(paragraphs.at(-1)?.text === "" ? paragraphs.at(-1)!.id : notes.add(), 0)}><Icon name="plus" size={20} />{t("notes.add")}</button>
    </>
  );
}

type FieldProps = { paragraph: Paragraph; label: string; onKeyDown: (event: KeyboardEvent<HTMLTextAreaElement>) => void; onPaste: (event: ClipboardEvent<HTMLTextAreaElement>) => void; onType: (text: string) => void; onLeave: () => void; hold: (field: HTMLTextAreaElement | null) => void };

function Field({ paragraph: { id, text, writer, refused }, label, onKeyDown, onPaste, onType, onLeave, hold }: FieldProps) {
  const { t } = useWords();
  const field = useRef<HTMLTextAreaElement | null>(null);
  const was = useRef({ text, at: 0 });
  useLayoutEffect(() => {
    const element = field.current!;
    // As tall as its text, also where the browser does not do that by itself.
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight + 2}px`;
    if (was.current.text !== text && document.activeElement === element) {
      const at = caretAfter(was.current.text, text, was.current.at);
      element.setSelectionRange(at, at);
    }
    was.current.text = text;
  }, [text]);
  const described = [writer && `${id}-writer`, refused && `${id}-refused`].filter(Boolean).join(" ");
  return (
    <div className="note">
      <textarea ref={(element) => ((field.current = element), hold(element))} rows={1} aria-label={label} aria-describedby={described || undefined} aria-invalid={refused ? true : undefined} value={text} maxLength={longest} onKeyDown={onKeyDown} onPaste={onPaste} onBlur={onLeave}
        onSelect={(event) => (was.current.at = event.currentTarget.selectionStart)}
        onChange={(event) => {
          was.current = { text: event.target.value, at: event.target.selectionStart };
          onType(event.target.value);
        }} />
      {writer && <small className="note-writer" id={`${id}-writer`}><Icon name="pencil" size={16} />{t("notes.writes", { name: writer.name })}</small>}
      {refused && <small className="wrong" id={`${id}-refused`} role="alert">{t(`notes.refused.${refused}`)}</small>}
    </div>
  );
}

/** Says now and then who wrote, as long as the person wants to hear such things. */
function useWhoWrote(notes: Notes) {
  const { t } = useWords();
  const { told } = usePreferences();
  const latest = useRef({ t, told });
  latest.current = { t, told };
  useEffect(() => {
    notes.news.clear();
    const timer = setInterval(() => {
      const names = [...notes.news];
      notes.news.clear();
      if (names.length > 0 && latest.current.told === "all") announce(latest.current.t("notes.changed", { count: names.length, name: names[0] }));
    }, sayMs);
    return () => clearInterval(timer);
  }, [notes]);
}
