/**
 * Server-sent events over fetch, because EventSource cannot send the headers that tickets and secrets travel in.
 * Reconnects by itself until the signal is aborted or the server refuses.
 */
export type ServerEvent = { name: string; data: unknown };
type Listening = {
  headers?: Record<string, string>;
  signal: AbortSignal;
  onEvent: (event: ServerEvent) => void;
  /** The server said no (4xx): there is nothing more to wait for. */
  onRefused?: (status: number) => void;
};

const pausesMs = [500, 1000, 2000, 4000, 8000];

export async function listen(path: string, { headers, signal, onEvent, onRefused }: Listening): Promise<void> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const response = await fetch(`/api/v1${path}`, { headers: { Accept: "text/event-stream", ...headers }, signal, credentials: "same-origin" });
      if (response.status >= 400 && response.status < 500) return onRefused?.(response.status);
      if (response.ok && response.body) {
        failures = -1; // A good connection resets the patience.
        await read(response.body, onEvent);
      }
    } catch {
      // A broken line is the normal case here: try again below.
    }
    if (!signal.aborted) await pause(pausesMs[Math.min(Math.max(failures, 0), pausesMs.length - 1)]!, signal);
  }
}

async function read(body: ReadableStream<Uint8Array>, onEvent: (event: ServerEvent) => void) {
  const reader = body.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>).getReader();
  const lines = new EventLines(onEvent);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    lines.push(value);
  }
}

/** Cuts a stream of text into events: the wire format of `text/event-stream`, as far as we use it. */
export class EventLines {
  private rest = "";
  private name = "message";
  private data: string[] = [];

  constructor(private readonly onEvent: (event: ServerEvent) => void) {}

  push(text: string) {
    const lines = (this.rest + text).split(/\r\n|\n/);
    this.rest = lines.pop() ?? "";
    for (const line of lines) this.line(line);
  }

  private line(line: string) {
    if (line === "") return this.finish();
    const colon = line.indexOf(":");
    if (colon === 0) return; // A comment keeps the line open.
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.name = value;
    if (field === "data") this.data.push(value);
  }

  private finish() {
    const { name, data } = this;
    this.name = "message";
    this.data = [];
    if (data.length === 0) return;
    try {
      this.onEvent({ name, data: JSON.parse(data.join("\n")) });
    } catch {
      // An event we cannot read must not end the stream.
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
