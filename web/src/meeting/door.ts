import type { WaitingPerson } from "../api/contract";
import { listen } from "../api/events";
import { waitingListOf } from "../waiting/waiting";

export type AtTheDoor = { waiting: WaitingPerson[]; /** Who was turned away, which can be taken back. */ rejected: WaitingPerson[] };

export const nobody: AtTheDoor = { waiting: [], rejected: [] };

type Parts = { meetingId: string; ended: AbortSignal; changed: (door: AtTheDoor) => void; came: (name: string) => void };

/** Who stands at the door of a meeting; looked after as long as one moderates. */
export class Door {
  private watching: AbortController | undefined;

  constructor(private readonly parts: Parts) {}

  watch(moderates: boolean) {
    if (moderates === (this.watching !== undefined)) return;
    if (this.watching) {
      this.watching.abort();
      this.watching = undefined;
      return this.parts.changed(nobody);
    }
    this.watching = new AbortController();
    const known = new Set<string>();
    void listen(`/meetings/${this.parts.meetingId}/waiting/events`, {
      signal: AbortSignal.any([this.parts.ended, this.watching.signal]),
      onEvent: (event) => {
        const [waiting, rejected = []] = [waitingListOf(event), waitingListOf(event, "rejected")];
        if (!waiting) return;
        for (const person of waiting) if (!known.has(person.id)) this.parts.came(person.name);
        known.clear();
        for (const person of waiting) known.add(person.id);
        this.parts.changed({ waiting, rejected });
      },
    });
  }
}
