/** Many who send picture and sound from one page: the stock client once for each guest, so that one process carries them all. */

import type { Browser } from "@playwright/test";
import { passes } from "./crowd.ts";
import type { Booking, House } from "./house.ts";

interface Client {
  connect(url: string, token: string, options: object): Promise<void>;
  localParticipant: { publishTrack(track: MediaStreamTrack, options: object): Promise<unknown> };
}

/** What a tile among nine is shown in, at the client's own rate for it; it makes a step of a quarter of it as well. */
const PICTURE = { width: 640, height: 360, frameRate: 20 };
const ENCODING = { maxBitrate: 450_000, maxFramerate: PICTURE.frameRate };
/** How much grain a camera has: without any, drawn pictures take a fraction of what faces take. */
const GRAIN = 0.1;
const TURNS = 3;

/** Lets the guests of a booking in by their links, with pictures that move; the first of them is a tone, the others are silent. */
export async function sendAll(browser: Browser, house: House, booking: Booking) {
  const members = await passes(house, booking);
  const context = await browser.newContext({ bypassCSP: true, baseURL: house.url });
  const page = await context.newPage();
  await page.goto("/leichte-sprache");
  await page.addScriptTag({ path: new URL("../../../web/node_modules/livekit-client/dist/livekit-client.umd.js", import.meta.url).pathname });
  await page.evaluate(
    async ({ all, picture, encoding, grain, turns }) => {
      const { Room } = (window as unknown as { LivekitClient: { Room: new (options: object) => Client } }).LivekitClient;
      const { width, height, frameRate } = picture;
      const drawn = Object.assign(document.createElement("video"), { srcObject: await navigator.mediaDevices.getUserMedia({ video: picture }), muted: true });
      await drawn.play();
      const speckles = new ImageData(2 * width, 2 * height);
      speckles.data.forEach((_, at) => (speckles.data[at] = at % 4 === 3 ? 255 : Math.random() * 255));
      const film = await createImageBitmap(speckles);
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const paint = canvas.getContext("2d")!;
      // Cameras do not take their pictures in the same instant: each sender has its turn among three.
      const cameras = all.map(() => canvas.captureStream(0).getVideoTracks()[0] as CanvasCaptureMediaStreamTrack);
      let turn = 0;
      setInterval(() => {
        turn = (turn + 1) % turns;
        cameras.filter((_, at) => at % turns === turn).forEach((camera) => camera.requestFrame());
        paint.globalAlpha = 1;
        paint.drawImage(drawn, 0, 0, width, height);
        paint.globalAlpha = grain;
        paint.drawImage(film, -Math.random() * width, -Math.random() * height);
      }, 1_000 / frameRate / turns);
      const sound = new AudioContext();
      const track = (volume: number) => {
        const outlet = new MediaStreamAudioDestinationNode(sound);
        const tone = new OscillatorNode(sound, { frequency: 440 });
        tone.connect(new GainNode(sound, { gain: volume })).connect(outlet);
        tone.start();
        return outlet.stream.getAudioTracks()[0]!;
      };
      const rooms = all.map(() => new Room({ dynacast: true }));
      // The page holds them as long as it is open.
      (window as unknown as { __rooms: Client[] }).__rooms = rooms;
      await Promise.all(
        rooms.map(async (room, at) => {
          await room.connect(all[at]!.url, all[at]!.token, { autoSubscribe: false });
          await room.localParticipant.publishTrack(cameras[at]!, { source: "camera", simulcast: true, videoEncoding: encoding, degradationPreference: "maintain-resolution" });
          await room.localParticipant.publishTrack(track(at === 0 ? 0.5 : 0), { source: "microphone" });
        }),
      );
    },
    { all: members, picture: PICTURE, encoding: ENCODING, grain: GRAIN, turns: TURNS },
  );
  return { leave: () => context.close() };
}
