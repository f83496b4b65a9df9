import { useEffect, useRef, useState } from "react";
import { holdRooms, releaseRooms } from "../api/rooms";

type Span = { start: Date; end: Date };

/** A hold lasts five minutes: it is asked for again a minute before its end. */
const AGAIN_MS = 4 * 60_000;
/** So often at most: whoever leaves the form open over lunch keeps the room for half an hour. */
const MOST_TIMES = 7;

/** Keeps the chosen rooms while the form is open, and says until when; `onTaken` when somebody was faster. */
export function useHold(active: boolean, rooms: string[], span: Span | undefined, onTaken: () => void): string | undefined {
  const [until, setUntil] = useState<string>();
  // One after the other: what was chosen last is what is kept.
  const asked = useRef<Promise<unknown>>(Promise.resolve());
  const chosen = rooms.join();
  const [start, end] = [span?.start.toISOString(), span?.end.toISOString()];
  useEffect(() => {
    if (!active || chosen === "" || !start || !end) return;
    let over = false;
    let timer: number | undefined;
    const hold = (times: number) => {
      const kept = (expires: string) => {
        if (over) return;
        setUntil(expires);
        timer = window.setTimeout(() => (times < MOST_TIMES ? hold(times + 1) : setUntil(undefined)), AGAIN_MS);
      };
      asked.current = asked.current
        .then(() => (over ? undefined : holdRooms(chosen.split(","), start, end).then(kept)))
        .catch(() => {
          if (over) return;
          setUntil(undefined);
          onTaken();
        });
    };
    hold(1);
    return () => {
      over = true;
      window.clearTimeout(timer);
      setUntil(undefined);
      asked.current = asked.current.then(releaseRooms).catch(() => undefined);
    };
  }, [active, chosen, start, end]);
  return until;
}
