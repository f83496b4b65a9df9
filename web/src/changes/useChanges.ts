import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Changed } from "../api/contract";
import { listen } from "../api/events";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { both, isConcerned } from "./changes";

/** So often at most it is read again. */
const PAUSE_MS = 2000;
/** What one writes oneself is read again anyway: only what is left to change is worth a word. */
const SPOKEN = ["bookings", "booking", "room-requests", "room-waits"];

/** Reads again what changed on the server, as long as the page is seen. Where that cannot be told, pages ask now and then. */
export function useChanges() {
  const queries = useQueryClient();
  const { t } = useWords();
  useEffect(() => {
    const reader = new Reader(queries, () => announce(t("changes.seen")));
    let stream: AbortController | undefined;
    let isFirst = true;
    const look = () => {
      if (document.visibilityState !== "visible") {
        stream?.abort();
        stream = undefined;
      } else if (!stream) {
        stream = new AbortController();
        void listen("/changes", {
          signal: stream.signal,
          onEvent: ({ name, data }) => {
            if (name !== "changed") return;
            const changed = data as Changed;
            const isOpening = changed.bookings.length === 0 && !changed.rooms;
            // A page that was hidden or cut off has heard nothing meanwhile.
            if (!isOpening) reader.read(changed);
            else if (!isFirst) reader.read(undefined);
            isFirst = false;
          },
        });
      }
    };
    document.addEventListener("visibilitychange", look);
    look();
    return () => {
      document.removeEventListener("visibilitychange", look);
      stream?.abort();
      reader.stop();
    };
  }, [queries]);
}

/** Reads at once, then again after a pause with all that came meanwhile. */
class Reader {
  private waiting: { changed: Changed | undefined } | undefined;
  private timer: number | undefined;

  constructor(
    private readonly queries: QueryClient,
    private readonly onNews: () => void,
  ) {}

  read(changed: Changed | undefined) {
    if (this.timer !== undefined) {
      const waiting = this.waiting;
      this.waiting = { changed: waiting === undefined ? changed : waiting.changed && changed && both(waiting.changed, changed) };
      return;
    }
    this.timer = window.setTimeout(() => {
      this.timer = undefined;
      const { waiting } = this;
      this.waiting = undefined;
      if (waiting) this.read(waiting.changed);
    }, PAUSE_MS);
    void this.now(changed);
  }

  stop() {
    window.clearTimeout(this.timer);
  }

  private async now(changed: Changed | undefined) {
    const predicate = ({ queryKey }: { queryKey: readonly unknown[] }) => isConcerned(queryKey, changed);
    const spoken = this.queries.getQueryCache().findAll({ type: "active", predicate }).filter(({ queryKey }) => SPOKEN.includes(String(queryKey[0])));
    const before = spoken.map(({ state }) => state.data);
    await this.queries.invalidateQueries({ predicate });
    if (spoken.some(({ state }, place) => before[place] !== undefined && state.data !== before[place])) this.onNews();
  }
}
