import { useSyncExternalStore } from "react";

const query = () => matchMedia("(prefers-color-scheme: dark)");

function subscribe(listener: () => void) {
  const media = query();
  media.addEventListener("change", listener);
  return () => media.removeEventListener("change", listener);
}

/** Whether the system asks for dark pages. The way into a meeting follows it, so that the stage does not blind or dazzle. */
export const useDark = () => useSyncExternalStore(subscribe, () => query().matches);
