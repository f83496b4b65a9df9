/** A receiver of webhooks made with the stock server SDK: it reads and verifies what the real server tells. */

import { createServer } from "node:http";
import { WebhookReceiver } from "livekit-server-sdk";
import { key } from "./tokens.mjs";

/** Listens on loopback; `heard` are the events that were verified, `refused` the reasons against the others. */
export async function listenForWebhooks() {
  const receiver = new WebhookReceiver(key.id, key.secret);
  const heard = [];
  const refused = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    try {
      const body = Buffer.concat(chunks).toString();
      const event = await receiver.receive(body, request.headers.authorization);
      const run = request.headers["rennsteig-run"];
      const sequence = Number(request.headers["rennsteig-sequence"]);
      heard.push({ event, run, sequence });
    } catch (error) {
      refused.push(error.message);
    }
    response.end();
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${server.address().port}/hooks`,
    heard,
    refused,
    stop: () => new Promise((closed) => server.close(closed).closeAllConnections()),
  };
}

/** Everybody's coming and its tracks were told, verified and without a gap. */
export async function judgeWebhooks(sink, room, names, ask, judge) {
  const told = (name, kind) =>
    sink.heard.some(({ event }) => event.event === kind && event.participant?.identity === name && event.room?.name === room);
  const kinds = ["participant_joined", "track_published", "track_unpublished", "participant_left"];
  const all = () => names.every((name) => kinds.every((kind) => told(name, kind)));
  await ask(async () => all(), (done) => done, 20_000);
  for (const name of names) for (const kind of kinds) judge(`a stock receiver verifies ${kind} of ${name}`, told(name, kind));
  judge(`a stock receiver verifies everything: ${sink.refused}`, sink.refused.length === 0);
  const runs = new Map();
  for (const { run, sequence } of sink.heard) {
    const numbers = runs.get(run) ?? new Set();
    runs.set(run, numbers.add(sequence));
  }
  const gapless = [...runs.values()].every((numbers) => [...numbers].every((number, at) => number === at + 1));
  judge("webhooks come in order, without a gap", gapless);
  const kind = (name) => sink.heard.some(({ event }) => event.event === name);
  judge("the beginning of a meeting is told", kind("room_started"));
  judge("the end of a meeting is told", kind("room_finished"));
}
