import { createContext, useContext, useEffect, useState, useSyncExternalStore } from "react";
import type { Profile } from "./machine";
import type { Preferences } from "./preferences";
import type { MeetingState, MeetingStore } from "./store";

const Context = createContext<MeetingStore | undefined>(undefined);
export const MeetingProvider = Context.Provider;

export function useMeetingStore(): MeetingStore {
  const store = useContext(Context);
  if (!store) throw new Error("used outside of a meeting");
  return store;
}

export function useMeeting(): MeetingState {
  const store = useMeetingStore();
  return useSyncExternalStore(store.subscribe, store.snapshot);
}

/** What the person set for meetings. */
export function usePreferences(): Preferences {
  const { preferences } = useMeetingStore();
  return useSyncExternalStore(preferences.subscribe, preferences.snapshot);
}

/** What this machine keeps up with. */
export function useProfile(): Profile {
  const { machine } = useMeetingStore();
  return useSyncExternalStore(machine.subscribe, machine.snapshot);
}

/** Whether the window is as narrow as a phone. */
export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia("(max-width: 45em)").matches);
  useEffect(() => {
    const query = matchMedia("(max-width: 45em)");
    const renew = () => setNarrow(query.matches);
    query.addEventListener("change", renew);
    return () => query.removeEventListener("change", renew);
  }, []);
  return narrow;
}
