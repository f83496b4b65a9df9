/** How long each has spoken as far as this page has heard it; kept nowhere else. Knows no clock: instants are passed in, ms. */
export class SpeakingTimes {
  private readonly sums = new Map<string, number>();
  private readonly since = new Map<string, number>();

  /** Exactly these speak from now on. */
  hear(speakers: readonly string[], now: number) {
    for (const [identity, began] of this.since) {
      if (speakers.includes(identity)) continue;
      this.sums.set(identity, (this.sums.get(identity) ?? 0) + now - began);
      this.since.delete(identity);
    }
    for (const identity of speakers) if (!this.since.has(identity)) this.since.set(identity, now);
  }

  /** Milliseconds. */
  of(identity: string, now: number): number {
    const began = this.since.get(identity);
    return (this.sums.get(identity) ?? 0) + (began === undefined ? 0 : now - began);
  }
}
