import { useSyncExternalStore } from "react";

/** For whom an assistant is working right now: one of the principals, or nobody but themselves. */
const key = "rennsteig.acting-for";
const listeners = new Set<() => void>();

export function actFor(principal: string | undefined) {
  if (principal) sessionStorage.setItem(key, principal);
  else sessionStorage.removeItem(key);
  for (const listener of listeners) listener();
}

const read = () => sessionStorage.getItem(key) ?? undefined;
function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The chosen principal, if that person still lets us act. */
export function useActing(principals: { id: string; name: string }[]) {
  const id = useSyncExternalStore(subscribe, read);
  return principals.find((principal) => principal.id === id);
}

type WithRights = { rights: readonly string[] };

/** Those one may book for. */
export const booksFor = <P extends WithRights>(principals: P[]): P[] => principals.filter(({ rights }) => rights.includes("book"));

/** Those whose meetings one may see. Who only sees when somebody is busy sees nothing of these. */
export const looksAfter = <P extends WithRights>(principals: P[]): P[] => principals.filter(({ rights }) => rights.includes("book") || rights.includes("see_all"));
