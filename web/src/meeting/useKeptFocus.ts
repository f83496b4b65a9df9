import { useEffect, useRef } from "react";

/** What is opened from a line and stands elsewhere in the page. */
const opened = "[role=dialog], [role=alertdialog], [role=menu]";

/**
 * Whoever works by keyboard stays in a panel whose lines come and go: when the line with the focus is gone, be it after a
 * dialog of its own, the focus goes to the heading of its section, or else to the first of these that is there.
 */
export function useKeptFocus(headings: string[]) {
  const panel = useRef<HTMLDivElement>(null);
  const landings = useRef(headings);
  landings.current = headings;
  useEffect(() => {
    let [inside, section, frame] = [false, "", 0];
    const follow = ({ target }: Event) => {
      if (!(target instanceof Element)) return;
      if (panel.current!.contains(target)) [inside, section] = [true, target.closest("section[aria-labelledby]")?.getAttribute("aria-labelledby") ?? section];
      else if (!target.closest(opened)) inside = false;
    };
    const look = () => {
      if (!inside || document.activeElement !== document.body) return;
      const found = [section, ...landings.current].map((id) => document.getElementById(id)).find((heading) => heading !== null);
      found?.focus();
    };
    // Dialogs that close give the focus back in a frame of their own, which comes first.
    const watch = new MutationObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(look);
    });
    // What is behind a dialog cannot be focused until it is no longer inert, a moment after the dialog went.
    watch.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["inert"] });
    document.addEventListener("focusin", follow);
    document.addEventListener("pointerdown", follow);
    return () => {
      watch.disconnect();
      cancelAnimationFrame(frame);
      document.removeEventListener("focusin", follow);
      document.removeEventListener("pointerdown", follow);
    };
  }, []);
  return panel;
}
