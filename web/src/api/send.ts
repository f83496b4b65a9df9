import { offline, problemFrom } from "./problem";

export type Answer<T> = { data: T; etag: string | null };
type Extras = { body?: unknown; headers?: Record<string, string>; query?: Record<string, string | number | undefined>; signal?: AbortSignal };

const base = "/api/v1";

/** One request to our own API. Refusals come back as `Problem`. */
export async function send<T>(method: string, path: string, extras: Extras = {}): Promise<Answer<T>> {
  const headers: Record<string, string> = { Accept: "application/json", ...extras.headers };
  if (extras.body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(base + path + queryString(extras.query), {
      method,
      headers,
      body: extras.body === undefined ? undefined : JSON.stringify(extras.body),
      signal: extras.signal,
      credentials: "same-origin",
    });
  } catch (error) {
    if (extras.signal?.aborted) throw error;
    throw offline();
  }
  const text = await response.text();
  const body: unknown = text === "" ? undefined : parse(text);
  if (!response.ok) throw problemFrom(response.status, body);
  return { data: body as T, etag: response.headers.get("ETag") };
}

export function queryString(query: Extras["query"] = {}): string {
  const pairs = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== "") pairs.set(key, String(value));
  return pairs.size > 0 ? `?${pairs}` : "";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A proxy's HTML page: the status alone has to speak.
  }
}
