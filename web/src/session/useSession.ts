import { useQuery } from "@tanstack/react-query";
import type { Session } from "../api/contract";
import { readSession } from "../api/people";
import { isProblem } from "../api/problem";

export const sessionKey = ["session"];

/** Who is signed in; `null` when nobody is. */
export function useSession() {
  return useQuery<Session | null>({
    queryKey: sessionKey,
    queryFn: () => readSession().catch((error: unknown) => (isProblem(error, "sign_in_required") || (isProblem(error) && error.status === 401) ? null : Promise.reject(error))),
    staleTime: 60_000,
    retry: 1,
  });
}
