import { DisconnectReason } from "livekit-client";
import type { EndingKind } from "../lobby/visit";

/** Why the connection ended, as the visitor should hear it. */
export function endingOf(reason: DisconnectReason | undefined): EndingKind {
  switch (reason) {
    case DisconnectReason.CLIENT_INITIATED:
      return "left";
    case DisconnectReason.DUPLICATE_IDENTITY:
      return "elsewhere";
    case DisconnectReason.PARTICIPANT_REMOVED:
      return "removed";
    case DisconnectReason.ROOM_DELETED:
    case DisconnectReason.ROOM_CLOSED:
      return "ended";
    default:
      return "lost";
  }
}
