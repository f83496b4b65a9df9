const key = "rennsteig.easy";

/** Whether somebody asked for Leichte Sprache on this device; it holds until it is taken back. */
export const readsEasy = (storage: Pick<Storage, "getItem">) => storage.getItem(key) === "yes";
export const keepsEasy = (storage: Pick<Storage, "setItem" | "removeItem">, on: boolean) => (on ? storage.setItem(key, "yes") : storage.removeItem(key));
