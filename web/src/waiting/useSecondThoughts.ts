import { useEffect, useRef } from "react";
import { listen } from "../api/events";
import { waitingStateOf } from "./waiting";

/** Listens on for who was turned away, as long as there is a ticket: it may be taken back. */
export function useSecondThoughts(id: string, ticket: string | undefined, onTakenBack: () => void) {
  const act = useRef(onTakenBack);
  act.current = onTakenBack;
  useEffect(() => {
    if (!ticket) return;
    const stop = new AbortController();
    void listen(`/meetings/${encodeURIComponent(id)}/waiting/self/events`, {
      headers: { "X-Waiting-Ticket": ticket },
      signal: stop.signal,
      onEvent: (event) => {
        const state = waitingStateOf(event);
        if (state === undefined || state === "rejected") return;
        stop.abort();
        act.current();
      },
    });
    return () => stop.abort();
  }, [id, ticket]);
}
