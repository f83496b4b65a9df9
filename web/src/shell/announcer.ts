/** What is said to screen readers, one message after the other, through one polite region. */
type Listener = () => void;

let message = { text: "", turn: 0 };
const listeners = new Set<Listener>();

export function announce(text: string) {
  message = { text, turn: message.turn + 1 };
  for (const listener of listeners) listener();
}

export const announced = () => message;

export function onAnnounced(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
