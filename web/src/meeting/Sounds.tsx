import type { RemoteAudioTrack } from "livekit-client";
import { useEffect, useRef } from "react";
import { useMeeting } from "./useMeeting";

/** Plays what the others say. */
export function Sounds() {
  const { sounds } = useMeeting();
  return <>{sounds.map((track) => <Sound key={track.sid} track={track} />)}</>;
}

function Sound({ track }: { track: RemoteAudioTrack }) {
  const element = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const audio = element.current!;
    track.attach(audio);
    return () => void track.detach(audio);
  }, [track]);
  return <audio ref={element} />;
}
