import type { Track } from "livekit-client";
import { useEffect, useRef } from "react";

/** A video track on the screen. The client watches its size and asks the server for no more than fits. */
export function Picture({ track, label, mirrored, whole }: { track: Track; label: string; mirrored?: boolean; whole?: boolean }) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = element.current!;
    track.attach(video);
    return () => void track.detach(video);
  }, [track]);
  return <video ref={element} className={`picture${mirrored ? " mirrored" : ""}${whole ? " whole" : ""}`} autoPlay playsInline muted aria-label={label} />;
}
