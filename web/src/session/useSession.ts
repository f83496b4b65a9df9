import { useQuery } from "@tanstack/react-query";
import type { Session } from "../api/contract";
import { readSession } from "../api/people";
import { isProblem } from "../api/problem";
import { suggestLanguage } from "../words/language";

export const sessionKey = ["session"];

/** Who is signed in; `null` when nobody is. */
export function useSession() {
  return useQuery<Session | null>({
    queryKey: sessionKey,
    queryFn: () => read().catch((error: unknown) => (isProblem(error, "sign_in_required") || (isProblem(error) && error.status === 401) ? null : Promise.reject(error))),
    staleTime: 60_000,
    retry: 1,
  });
}

async function read(): Promise<Session> {
  const session = await readSession();
  suggestLanguage(session.person.locale);
  return session;
}
