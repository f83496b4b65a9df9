import { useEffect, useRef, useState } from "react";
import type { Admitted } from "../api/contract";
import type { Capture } from "../lobby/consent";
import type { Preview } from "../lobby/preview";
import type { Ending } from "../lobby/visit";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { Machine } from "./machine";
import { PreferenceStore } from "./preferences";
import { Sounds } from "./Sounds";
import { Stage } from "./Stage";
import { MeetingStore } from "./store";
import { MeetingProvider } from "./useMeeting";
import "./stage.css";

export { fetchLater } from "./Stage";

type Props = { admitted: Admitted; /** Before coming in. */ agreed: Capture[]; preview: Preview; onEnded: (ending: Ending) => void };

/** Opens the meeting when shown and closes it when gone. */
export default function Meeting({ admitted, agreed, preview, onEnded }: Props) {
  const { t } = useWords();
  const latest = useRef({ t, onEnded });
  latest.current = { t, onEnded };
  const [store] = useState(
    () =>
      new MeetingStore({
        admitted,
        agreed,
        choices: preview.snapshot().choices,
        preferences: new PreferenceStore(localStorage),
        machine: new Machine(localStorage, Date.now),
        onEnded: (ending) => latest.current.onEnded(ending),
        tell: (sentences) => announce(sentences.map(({ words, values }) => latest.current.t(words, values)).join(". ")),
      }),
  );
  useEffect(() => {
    // Here and not while rendering: React may render twice, but the open devices can be handed over only once.
    void store.enter(preview.handOver());
    return () => void store.leave();
  }, [store, preview]);
  return (
    <MeetingProvider value={store}>
      <Stage admitted={admitted} onLeave={() => onEnded({ kind: "left", title: admitted.title })} />
      <Sounds />
    </MeetingProvider>
  );
}
