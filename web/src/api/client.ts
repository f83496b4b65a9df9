import createClient from "openapi-fetch";
import { offline, problemFrom } from "./problem";
import type { paths } from "./schema";

/** The typed client of our own API; paths, bodies and answers come from the generated description. */
export const client = createClient<paths>({ baseUrl: globalThis.location?.origin ?? "", credentials: "same-origin", fetch: reach });

export type Answer<T> = { data: T; etag: string | null };
type Outcome<T> = Promise<{ data?: T; error?: unknown; response: Response }>;

/** The answer with its ETag; a refusal is thrown as `Problem`. */
export async function answerOf<T>(request: Outcome<T>): Promise<Answer<T>> {
  const { data, error, response } = await request;
  if (!response.ok) throw problemFrom(response.status, error);
  return { data: data as T, etag: response.headers.get("ETag") };
}

export const dataOf = async <T>(request: Outcome<T>): Promise<T> => (await answerOf(request)).data;
export const done = async (request: Outcome<unknown>): Promise<void> => void (await answerOf(request));

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw offline();
  }
}
