import { useEffect, useRef, useState } from "react";
import { holdRooms, releaseRooms } from "../api/rooms";

type Span = { start: Date; end: Date };

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
    asked.current = asked.current
      .then(() => holdRooms(chosen.split(","), start, end))
      .then(
        (expires) => over || setUntil(expires),
        () => over || onTaken(),
      );
    return () => {
      over = true;
      setUntil(undefined);
      asked.current = asked.current.then(releaseRooms).catch(() => undefined);
    };
  }, [active, chosen, start, end]);
  return until;
}
