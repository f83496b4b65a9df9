import { useEffect, useRef, useState } from "react";
import type { Background } from "../effects/background";
import type { Preferences } from "../meeting/preferences";

export type Picture = { track: MediaStreamTrack | undefined; /** What stands between the camera and the picture. */ state: "bare" | "loading" | "dressed" | "failed" };

/** The own picture as the others will see it: with the background that is chosen, or not at all. */
export function usePicture(camera: MediaStreamTrack | undefined, wanted: Preferences["background"]): Picture {
  const [dressed, setDressed] = useState<{ of: MediaStreamTrack; as: Preferences["background"]; track?: MediaStreamTrack; failed?: boolean }>();
  const loaded = useRef<Promise<Background> | undefined>(undefined);
  useEffect(() => {
    if (!camera || wanted === "none") return;
    let isOver = false;
    let running: Background | undefined;
    const dress = async () => {
      // Megabytes that only those fetch who want them.
      loaded.current ??= import("../effects/background").then(({ Background }) => Background.load());
      const background = await loaded.current;
      if (isOver) return;
      // A picture of one's own is chosen in the meeting and not kept.
      background.hang(wanted === "own" ? "strong" : wanted);
      running = background;
      await background.init({ track: camera });
      if (!isOver) setDressed({ of: camera, as: wanted, track: background.processedTrack });
    };
    dress().catch(() => {
      loaded.current = undefined;
      if (!isOver) setDressed({ of: camera, as: wanted, failed: true });
    });
    return () => {
      isOver = true;
      void running?.destroy();
    };
  }, [camera, wanted]);
  if (!camera || wanted === "none") return { track: camera, state: "bare" };
  const now = dressed?.of === camera && dressed.as === wanted ? dressed : undefined;
  return { track: now?.track, state: now?.failed ? "failed" : now ? "dressed" : "loading" };
}
