import { useSyncExternalStore } from "react";
import { announced, onAnnounced } from "./announcer";

/** Two regions take turns, so that the same sentence said twice is heard twice. */
export function Announcer() {
  const { text, turn } = useSyncExternalStore(onAnnounced, announced);
  return (
    <>
      <div className="visually-hidden announcer" role="status" aria-live="polite">{turn % 2 === 0 ? text : ""}</div>
      <div className="visually-hidden announcer" role="status" aria-live="polite">{turn % 2 === 1 ? text : ""}</div>
    </>
  );
}
