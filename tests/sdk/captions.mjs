/**
 * Who may say what others said: a program on the stock Node SDK with a token of kind `agent` publishes captions in both
 * ways that SDKs know; another one without it is not heard. A hidden recorder is told of.
 */

import { Room, dispose } from "@livekit/rtc-node";
import { AccessToken } from "livekit-server-sdk";
import { serve } from "../serving/rennsteig.mjs";
import { key } from "./tokens.mjs";

const MEETING = "captioned-meeting";
const LIMIT_MS = 20_000;
const TOPIC = "lk.transcription";

let passed = 0;
let failed = 0;
function judge(what, holds) {
  if (holds) passed += 1;
  else failed += 1;
  if (!holds) console.log(`FAILED: ${what}`);
}

/** As makers of such programs write it, with the stock server SDK. */
async function tokenOf(identity, grants = {}, kind) {
  const token = new AccessToken(key.id, key.secret, { identity, name: `Name of ${identity}`, ttl: "5m" });
  token.addGrant({ roomJoin: true, room: MEETING, ...grants });
  if (kind) token.kind = kind;
  return token.toJwt();
}

async function enter(url, token) {
  const room = new Room();
  const heard = { texts: [] };
  room.registerTextStreamHandler(TOPIC, async (reader, { identity }) => {
    heard.texts.push({ of: identity, text: await reader.readAll(), segment: reader.info.attributes["lk.segment_id"] });
  });
  await room.connect(url, token, { autoSubscribe: true });
  return { room, heard };
}

async function until(holds) {
  const end = Date.now() + LIMIT_MS;
  while (!holds() && Date.now() < end) await new Promise((done) => setTimeout(done, 50));
  return holds();
}

/** Both ways, in the name of somebody else. This SDK sends the older packets, too, but tells nobody of those it gets. */
async function caption({ room }, of, text) {
  const me = room.localParticipant;
  const segments = [{ id: `SG_${text}`, text, startTime: 0n, endTime: 0n, language: "de", final: true }];
  await me.publishTranscription({ participantIdentity: of, trackSid: "TR_none", segments });
  const writer = await me.streamText({ topic: TOPIC, senderIdentity: of, attributes: { "lk.segment_id": "1", "lk.transcription_final": "true" } });
  await writer.write(text.slice(0, 4));
  await writer.write(text.slice(4));
  await writer.close();
}

const started = Date.now();
const server = await serve({ RENNSTEIG__TOKENS__KEY_ID: key.id, RENNSTEIG__TOKENS__SECRET: key.secret });
const inside = [];
try {
  const url = server.url.replace("http", "ws");
  const come = async (...token) => {
    const program = await enter(url, await tokenOf(...token));
    inside.push(program);
    return program;
  };
  const anna = await come("anna");
  const guest = await come("guest");
  const captioner = await come("captioner", { canPublish: false }, "agent");
  const metadata = () => JSON.parse(anna.room.metadata || "{}").captures;
  judge("a captioner is named in the meeting", await until(() => metadata()?.captioned_by?.[0] === "Name of captioner"));
  judge("its kind is told", [...anna.room.remoteParticipants.values()].some(({ identity, kind }) => identity === "captioner" && kind === 4));

  await caption(guest, "anna", "I resign.").catch(() => {});
  await caption(captioner, "guest", "Guten Morgen");
  judge("its words arrive as a text in the name of who spoke", await until(() => anna.heard.texts.some(({ text, of }) => text === "Guten Morgen" && of === "guest")));
  const all = JSON.stringify([anna.heard, captioner.heard]);
  judge(`what somebody without the right says is not passed on: ${all}`, !all.includes("resign"));

  const recorder = await come("recorder", { canPublish: false, recorder: true, hidden: true });
  judge("a hidden recorder is named", await until(() => metadata()?.recorded_by?.[0] === "Name of recorder"));
  judge("but not among the participants", !anna.room.remoteParticipants.has("recorder"));
  await recorder.room.disconnect();
  judge("when it is gone nobody is named", await until(() => metadata()?.recorded_by?.length === 0));
} catch (error) {
  judge(error.stack, false);
}
for (const { room } of inside) await room.disconnect().catch(() => {});
if (failed > 0) console.log(`--- server\n${server.output().slice(-8_000)}`);
await server.stop().catch((error) => judge(error.message, false));
await dispose();
console.log(`${passed} passed, ${failed} failed in ${Math.round((Date.now() - started) / 1000)} s`);
process.exit(failed === 0 ? 0 : 1);
