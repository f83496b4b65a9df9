import { type FormEvent, Suspense, lazy, useMemo, useState } from "react";
import type { Meeting, Session } from "../api/contract";
import { isProblem } from "../api/problem";
import { Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { usePageTitle } from "../shell/usePageTitle";
import { clock, longDay } from "../words/dates";
import { withWords } from "../words/language";
import { useWords } from "../words/useWords";
import { calendarFile } from "./calendarFile";
import { PreferenceStore } from "../meeting/preferences";
import { DeviceBox } from "./DeviceBox";
import { ConsentBox } from "./ConsentBox";
import { type Capture, capturesOf, refusedFor } from "./consent";
import { MeetingFacts } from "./MeetingFacts";
import { PreviewBox } from "./PreviewBox";
import { Refused } from "./Refused";
import type { Preview } from "./preview";
import { isFinal, needsName, waitsFirst } from "./visit";
import { useSyncExternalStore } from "react";

const EasyLobby = lazy(withWords("easy", () => import("./EasyLobby")));

type Props = { id: string; secret: string | undefined; meeting: Meeting; session: Session | undefined; /** In Leichte Sprache. */ easy: boolean; preview: Preview; onJoin: (agreed: Capture[]) => Promise<void>; /** The server knows more of the meeting than was read. */ onStale: () => void };

/** See and hear yourself, then join. */
export function Lobby({ id, secret, meeting, session, easy, preview, onJoin, onStale }: Props) {
  const { t, language, explain } = useWords();
  const { choices } = useSyncExternalStore(preview.subscribe, preview.snapshot);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [nameMissing, setNameMissing] = useState(false);
  const [preferences] = useState(() => new PreferenceStore(localStorage));
  usePageTitle(meeting.title);
  const named = needsName(meeting, session !== undefined);
  const closed = meeting.state === "ended" || meeting.state === "cancelled";
  const early = meeting.state === "early";
  const running = capturesOf(meeting);
  const [agreed, setAgreed] = useState<Capture[]>([]);
  const [unagreed, setUnagreed] = useState(false);
  // What began after somebody agreed is another matter.
  const agrees = running.every((capture) => agreed.includes(capture));

  const calendar = useMemo(() => (early ? `data:text/calendar;charset=utf-8,${encodeURIComponent(calendarFile(meeting, location.href, id, new Date()))}` : undefined), [early, meeting, id]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setNameMissing(named && choices.name.trim() === "");
    setUnagreed(!agrees);
    if (!agrees || (named && choices.name.trim() === "")) return;
    setBusy(true);
    setError(undefined);
    try {
      await onJoin(running);
    } catch (refusal) {
      if (refusedFor(refusal)) onStale();
      setError(refusal);
      setBusy(false);
      setNameMissing(isProblem(refusal, "name_required"));
    }
  };

  if (closed) return <Refused id={id} code={meeting.state} title={meeting.title} />;
  if (isFinal(error)) return <Refused id={id} error={error} title={meeting.title} />;
  const troubles = (
    <>
      {error !== undefined && !nameMissing && <Notice kind="danger">{explain(error)}</Notice>}
      {running.length > 0 && <ConsentBox captured={meeting} agreed={agrees} wrong={unagreed && !agrees} onAgree={(yes) => setAgreed(yes ? running : [])} />}
    </>
  );
  const waits = waitsFirst(meeting) && !early;
  if (easy) {
    return (
      <Suspense fallback={<p className="loading" role="status">{t("page.loading")}</p>}>
        <EasyLobby meeting={meeting} who={named ? undefined : (session?.person.name ?? meeting.guest_name)} nameMissing={nameMissing} early={early} waits={waits} busy={busy} preview={preview} onSubmit={(event) => void submit(event)}>{troubles}</EasyLobby>
      </Suspense>
    );
  }
  return (
    <main className="lobby">
      <div className="lobby-left">
        <PreviewBox preview={preview} preferences={preferences} />
        <DeviceBox id={id} secret={secret} preview={preview} preferences={preferences} />
      </div>
      <div className="card lobby-right">
        <MeetingFacts meeting={meeting} />
        <form className="joinform" noValidate aria-label={t("lobby.join")} onSubmit={(event) => void submit(event)}>
          {named ? (
            <Field label={t("lobby.name")} hint={t("lobby.nameHint")} wrong={nameMissing ? t("fault.name") : undefined}>
              <input autoComplete="name" maxLength={120} value={choices.name} onChange={(event) => preview.choose({ name: event.target.value })} />
            </Field>
          ) : (
            <p><span className="muted">{t("lobby.joinAs")}</span><br /><b>{session?.person.name ?? meeting.guest_name}</b></p>
          )}
          {early && <Notice icon="clock">{t("lobby.early", { time: clock(meeting.joinable_from, language), day: longDay(meeting.joinable_from, language) })} <a href={calendar} download="besprechung.ics">{t("booking.calendarFile")}</a></Notice>}
          {meeting.state === "locked" && <Notice icon="lock">{t("problem.locked")}</Notice>}
          {troubles}
          {waits && <p className="note"><Icon name="door-open" />{t("lobby.waitsFirst")}</p>}
          <div className="joinact"><button type="submit" className="kern-btn kern-btn--primary block" disabled={busy}>{t("lobby.submit")}</button></div>
        </form>
      </div>
    </main>
  );
}
