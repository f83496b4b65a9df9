import { type RefObject, useLayoutEffect, useRef } from "react";
import { type Faces, facesFor } from "./faces";
import type { PersonView } from "./people";
import { useMeeting, useNarrow, useProfile } from "./useMeeting";

/** Who is seen beside something large, and the box they are in: the focus follows a tile that is pinned, or no longer is. */
export function useFaces(people: PersonView[]): Faces & { box: RefObject<HTMLDivElement | null> } {
  const { pins } = useMeeting();
  const [narrow, lean] = [useNarrow(), useProfile() === "lean"];
  const box = useRef<HTMLDivElement>(null);
  const before = useRef(pins);
  useLayoutEffect(() => {
    const moved = [...pins, ...before.current].filter((identity) => pins.includes(identity) !== before.current.includes(identity));
    before.current = pins;
    // Its tile went over into the other list, and the button that was pressed is gone.
    if (moved.length === 0 || document.activeElement !== document.body) return;
    const buttons = [...(box.current?.querySelectorAll<HTMLElement>(".pin") ?? [])];
    (buttons.find(({ dataset }) => moved.includes(dataset.person ?? "")) ?? box.current?.querySelector<HTMLElement>(".strip-more"))?.focus();
  }, [pins]);
  return { ...facesFor(people, pins, { narrow, lean }), box };
}
