import type { MeetingStore } from "./store";
import { Notes } from "./notes";

const known = new WeakMap<MeetingStore, Notes>();

/** The notes of a meeting; from the first time on they are kept up to date until the meeting is left. */
export function notesOf(store: MeetingStore): Notes {
  const found = known.get(store);
  if (found) return found;
  const notes = new Notes({ ask: (words) => store.ask(words), now: () => Date.now(), later: (act, ms) => void setTimeout(act, ms), newKey: () => crypto.randomUUID() });
  known.set(store, notes);
  store.said.add((payload) => notes.hear(payload));
  let { connection } = store.snapshot();
  store.subscribe(() => {
    const before = connection;
    ({ connection } = store.snapshot());
    if (connection === "connected" && before !== "connected") notes.read();
  });
  notes.read();
  return notes;
}
