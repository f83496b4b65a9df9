/** A weak line between one page and the server's media: the project's own relay, which this page is led to. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { mediaAddress } from "../../serving/rennsteig.mjs";
import type { House } from "./house.ts";

const built = process.env.RENNSTEIG_BIN ? dirname(process.env.RENNSTEIG_BIN) : resolve(dirname(fileURLToPath(import.meta.url)), "../../../target/debug");

/** Kilobits a second and milliseconds, each way; `jitter` are milliseconds more at random, `loss` percent. Ends with the scenario's `stop`. */
export async function weakLine(house: House, { up, down, delay, jitter = 0, loss = 0 }: { up: number; down: number; delay: number; jitter?: number; loss?: number }) {
  const media = /media: +udp \S+:(\d+)\n/i.exec(house.output())?.[1];
  if (!media) throw new Error("the server did not say where it takes media");
  const relay = spawn(resolve(built, "impairment"), [`${mediaAddress}:${media}`, up, down, delay, jitter, loss].map(String), { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = (await once(relay.stdout, "data")) as [Buffer];
  const port = line.toString().trim().split(":").at(-1)!;
  return {
    /** From now on all media of this page goes over it. */
    lead: (page: Page) =>
      page.addInitScript(
        ({ from, to }) => {
          const led = (text: string) => text.replaceAll(` ${from} typ host`, ` ${to} typ host`);
          const { setRemoteDescription, addIceCandidate } = RTCPeerConnection.prototype as unknown as Record<string, (this: RTCPeerConnection, words: never) => Promise<void>>;
          Object.assign(RTCPeerConnection.prototype, {
            setRemoteDescription(this: RTCPeerConnection, words: RTCSessionDescriptionInit) {
              return setRemoteDescription!.call(this, { type: words.type, sdp: led(words.sdp ?? "") } as never);
            },
            addIceCandidate(this: RTCPeerConnection, words?: RTCIceCandidateInit) {
              return addIceCandidate!.call(this, (words?.candidate ? { ...words, candidate: led(words.candidate) } : words) as never);
            },
          });
        },
        { from: media, to: port },
      ),
    /** From now on everything vanishes, both ways; nobody is told. */
    freeze: () => void relay.stdin.write("freeze\n"),
    mend: () => void relay.stdin.write("mend\n"),
    stop: async () => {
      relay.stdin.end();
      await once(relay, "exit");
    },
  };
}
