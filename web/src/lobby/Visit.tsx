import { useQuery } from "@tanstack/react-query";
import { Suspense, lazy, useEffect, useState, useSyncExternalStore } from "react";
import type { Admitted, JoinAnswer } from "../api/contract";
import { join, readMeeting } from "../api/meetings";
import { useSession } from "../session/useSession";
import { announce } from "../shell/announcer";
import { withWords } from "../words/language";
import { useWords } from "../words/useWords";
import { useSecondThoughts } from "../waiting/useSecondThoughts";
import { WaitingRoom } from "../waiting/WaitingRoom";
import type { Capture } from "./consent";
import { keepsEasy, readsEasy } from "./easy";
import { JoinHead } from "./JoinHead";
import { Left } from "./Left";
import { Lobby } from "./Lobby";
import { Preview } from "./preview";
import { Refused } from "./Refused";
import { useDark } from "./useDark";
import { type Ending, type Stage, afterEnd, afterJoin, afterRemoval } from "./visit";
import "./lobby.css";

// The media client is big: it is fetched while people look at themselves in the lobby.
const loadMeeting = withWords("meeting", () => import("../meeting/Meeting"));
const Meeting = lazy(loadMeeting);

/** Longer than this nobody who was sent away waits to hear what it means, milliseconds. */
const patienceMs = 4_000;
const pause = (ms: number) => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ms));

/** Everything behind one meeting link: lobby, waiting room, meeting, good-bye. */
export default function Visit({ id }: { id: string }) {
  const { t } = useWords();
  const [secret] = useState(() => location.hash.slice(1) || undefined);
  const [preview] = useState(() => new Preview());
  const { choices } = useSyncExternalStore(preview.subscribe, preview.snapshot);
  const [stage, setStage] = useState<Stage>({ at: "lobby" });
  const [easy, setEasy] = useState(() => readsEasy(localStorage));
  const dark = useDark();
  const session = useSession();
  const meeting = useQuery({ queryKey: ["meeting", id, secret], queryFn: () => readMeeting(id, secret), refetchInterval: (query) => (stage.at === "lobby" && query.state.data?.state === "early" ? 15_000 : false) });

  useEffect(() => void loadMeeting().then(({ fetchLater }) => fetchLater(), () => {}), []);
  useEffect(() => {
    const stop = preview.start();
    return () => {
      stop();
      preview.closeAll();
    };
  }, [preview]);

  const knock = (agreed: Capture[], ticket?: string): Promise<JoinAnswer> => join(id, { name: choices.name.trim() || undefined, secret, ticket, agrees_to: agreed });
  const enter = async (agreed: Capture[], ticket?: string) => setStage(afterJoin(await knock(agreed, ticket), agreed));
  const askWhy = async (ending: Ending, agreed: Capture[]) => {
    const next = afterRemoval(await Promise.race([knock(agreed).catch(() => undefined), pause(patienceMs)]), agreed, ending);
    if (next.at === "waiting") {
      preview.choose({ microphone: false, camera: false });
      announce(t("waiting.sentBack"));
    }
    setStage(next);
  };
  const leave = (ending: Ending) => {
    if (ending.kind === "removed" && stage.at === "meeting") void askWhy(ending, stage.agreed);
    else if (ending.kind === "ended" && stage.at === "meeting") void askHow(ending, stage.admitted.meeting_id);
    else goOut(ending);
  };
  const askHow = async (ending: Ending, meetingId: string) => goOut(afterEnd(await Promise.race([readMeeting(meetingId, secret).catch(() => undefined), pause(patienceMs)]), ending));
  const goOut = (ending: Ending) => setStage({ at: "left", ending, ...(ending.kind === "rejected" && stage.at === "waiting" && { waiting: stage.waiting, agreed: stage.agreed }) });
  const turnedAway = stage.at === "left" ? stage.waiting : undefined;
  useSecondThoughts(id, turnedAway?.ticket, () => {
    announce(t("waiting.takenBack"));
    setStage({ at: "waiting", waiting: turnedAway!, agreed: stage.at === "left" ? (stage.agreed ?? []) : [] });
  });
  const chooseEasy = (on: boolean) => {
    keepsEasy(localStorage, on);
    setEasy(on);
  };
  const again = () => {
    setStage({ at: "lobby" });
    void meeting.refetch();
  };

  if (stage.at === "meeting") {
    return (
      <Suspense fallback={<p className="entering" data-stage="" role="status">{t("lobby.entering")}</p>}>
        <Meeting admitted={stage.admitted} agreed={stage.agreed} preview={preview} onEnded={leave} />
      </Suspense>
    );
  }
  return (
    <div className="joinpage" {...(dark ? { "data-stage": "" } : {})}>
      <JoinHead session={session.data ?? undefined} easy={stage.at === "lobby" && meeting.data ? { on: easy, onChange: chooseEasy } : undefined} />
      {stage.at === "left" && <Left ending={stage.ending} title={stage.ending.title ?? meeting.data?.title} signedIn={Boolean(session.data)} onAgain={again} />}
      {stage.at === "waiting" && <WaitingRoom id={id} waiting={stage.waiting} meeting={meeting.data} preview={preview} sentBack={stage.sentBack} onAdmitted={(more) => enter([...stage.agreed, ...more], stage.waiting.ticket)} onGone={leave} />}
      {stage.at === "lobby" && meeting.error && <Refused id={id} error={meeting.error} onAgain={again} />}
      {stage.at === "lobby" && !meeting.error && (meeting.data ? <Lobby id={id} secret={secret} meeting={meeting.data} session={session.data ?? undefined} easy={easy} preview={preview} onJoin={enter} onStale={() => void meeting.refetch()} /> : <p className="loading" role="status">{t("page.loading")}</p>)}
    </div>
  );
}

export type { Admitted };
