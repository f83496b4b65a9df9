/** Join tokens from the stock makers, and one that nobody should accept. */

import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { AccessToken } from "livekit-server-sdk";

/** The key that server and tokens share in this run. */
export const key = { id: "stock", secret: randomBytes(24).toString("hex") };
/** The meeting everybody is invited to. */
export const room = "mixed-meeting";

/** What a server has to be told so that it knows these tokens, and the clients' page may ask it. */
export const settingsFor = (page) => ({
  RENNSTEIG__TOKENS__KEY_ID: key.id,
  RENNSTEIG__TOKENS__SECRET: key.secret,
  RENNSTEIG__HTTP__ALLOWED_ORIGINS: new URL(page.url).origin,
});

/** From npm `livekit-server-sdk`; `life` as it writes spans of time. */
export async function nodeToken(identity, secret = key.secret, meeting = room, life = "5m") {
  const token = new AccessToken(key.id, secret, { identity, name: identity, ttl: life });
  token.addGrant({ roomJoin: true, room: meeting });
  return token.toJwt();
}

/** From PyPI `livekit-api`. */
export async function pythonToken(identity) {
  const words = ["clients/join_token.py", key.id, key.secret, room, identity];
  return (await promisify(execFile)(".venv/bin/python", words)).stdout.trim();
}
