import { useEffect, useRef } from "react";
import { isTalkKey, shortcutFor } from "./shortcuts";
import { useMeetingStore } from "./useMeeting";

type Acts = { onChat: () => void; onList: () => void };

/** Single keys act on the meeting as long as no dialog or menu is open; space talks while it is held. */
export function useKeys(acts: Acts) {
  const store = useMeetingStore();
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => {
    const onDown = (event: KeyboardEvent) => {
      const { keys, keysOn } = store.preferences.snapshot();
      if (!keysOn || document.querySelector(".scrim, .menu")) return;
      if (isTalkKey(event)) {
        event.preventDefault(); // It would scroll.
        store.holdToTalk(true);
        return;
      }
      const shortcut = shortcutFor(event, keys);
      if (!shortcut) return;
      event.preventDefault();
      if (shortcut === "microphone") void store.toggleMicrophone();
      if (shortcut === "camera") void store.toggleCamera();
      if (shortcut === "hand") void store.toggleHand();
      if (shortcut === "screen") void store.toggleScreen();
      if (shortcut === "chat") latest.current.onChat();
      if (shortcut === "captions") store.toggleCaptions();
      if (shortcut === "list") latest.current.onList();
    };
    const onUp = (event: KeyboardEvent) => event.key === " " && store.holdToTalk(false);
    const onAway = () => store.holdToTalk(false);
    window.addEventListener("keydown", onDown);
    window.addEventListener("keyup", onUp);
    window.addEventListener("blur", onAway);
    document.addEventListener("visibilitychange", onAway);
    return () => {
      window.removeEventListener("keydown", onDown);
      window.removeEventListener("keyup", onUp);
      window.removeEventListener("blur", onAway);
      document.removeEventListener("visibilitychange", onAway);
    };
  }, [store]);
}
