import { DisconnectReason } from "livekit-client";
import { expect, test } from "vitest";
import { endingOf } from "./ending";

test("each way out has its own words", () => {
  expect(endingOf(DisconnectReason.CLIENT_INITIATED)).toBe("left");
  expect(endingOf(DisconnectReason.PARTICIPANT_REMOVED)).toBe("removed");
  expect(endingOf(DisconnectReason.ROOM_DELETED)).toBe("ended");
  expect(endingOf(DisconnectReason.DUPLICATE_IDENTITY)).toBe("elsewhere");
  expect(endingOf(DisconnectReason.SIGNAL_CLOSE)).toBe("lost");
  expect(endingOf(undefined)).toBe("lost");
});
