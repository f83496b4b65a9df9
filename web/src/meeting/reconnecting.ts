import { ConnectionState, type ReconnectPolicy } from "livekit-client";
import type { Connection } from "./state";

/** Who loses the line together comes back spread over this time, milliseconds. */
const firstMs = 300;
/** While it was lost for no longer than this, the next attempt is never far away: a short break is over five seconds after its cause. */
export const soonForMs = 30_000;
const soonMs = { least: 400, most: 1_200 };
const laterMs = { least: 1_500, most: 4_000 };
/** A server that is being updated takes a while; longer than this nobody sits before a picture that stands still. */
export const patienceMs = 180_000;

/** When the client tries again. `random` is at least 0 and less than 1. */
export function retryIn({ retryCount, elapsedMs }: { retryCount: number; elapsedMs: number }, random: number): number | null {
  if (elapsedMs > patienceMs) return null;
  if (retryCount === 0) return random * firstMs;
  const { least, most } = elapsedMs < soonForMs ? soonMs : laterMs;
  return least + random * (most - least);
}

export const reconnectPolicy: ReconnectPolicy = { nextRetryDelayInMs: (context) => retryIn(context, Math.random()) };

/** The window, as far as it knows of the network. */
export type Network = Partial<Pick<EventTarget, "addEventListener">> & { navigator?: { onLine: boolean } };

/** The browser knows of a pulled plug before any line does. */
export function watchNetwork(page: Network, ended: AbortSignal, changed: (offline: boolean) => void) {
  if (!page.addEventListener || !page.navigator) return;
  for (const event of ["online", "offline"]) page.addEventListener(event, () => changed(page.navigator?.onLine === false), { signal: ended });
}

/** The line of a meeting: as the client says, as the browser says, and as what comes over it says. */
export class Line {
  private state = ConnectionState.Disconnected;
  private isSilent = false;
  private offline: boolean;

  constructor(network: Network, ended: AbortSignal, private readonly changed: () => void) {
    this.offline = network.navigator?.onLine === false;
    watchNetwork(network, ended, (offline) => {
      this.offline = offline;
      changed();
    });
  }

  readonly says = (state: ConnectionState) => {
    this.state = state;
    this.changed();
  };

  readonly falls = (isSilent: boolean) => {
    this.isSilent = isSilent;
    this.changed();
  };

  /** As the pages show it; before one is inside nothing is interrupted. */
  connection(inside: boolean): Connection {
    const isBroken = this.offline || this.isSilent || (this.state !== ConnectionState.Connected && this.state !== ConnectionState.Connecting);
    if (inside && isBroken) return "reconnecting";
    return this.state === ConnectionState.Connected ? "connected" : "connecting";
  }
}
