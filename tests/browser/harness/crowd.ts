/** People who are only there: inside by signalling, without pictures and sound, so that a page can be seen as in a large meeting. */

import type { Page } from "@playwright/test";
import type { Booking, House } from "./house.ts";

/** Twenty-nine members of a council as they are called, two of them with forty characters. */
export const council = [
  "Prof. Dr. Anneliese Schmidt-Rottenbacher", "Maximiliane von und zu Hohenstein-Gehren",
  "Ayşe Demir", "Brigitte Oßwald", "Claus-Dieter Möhring", "Dörte Hübner", "Emil Öztürk", "Friederike Langguth-Sömmering", "Grace Okafor",
  "Hannelore Zeuner", "Ilja Petrow", "Jürgen Kämmerer", "Karl-Heinz Wendelmuth", "Liesbeth Quandt", "Mohammed al-Hariri", "Nadja Fröbel",
  "Olaf Trautwein", "Pauline Eichelkraut", "Quirin Saalfrank", "Roswitha Thieme", "Siegfried Ullrich", "Tülay Kaya", "Ursula Vogelsang",
  "Volkmar Aschenbach", "Waltraud Nüchter", "Xenia Papadopoulou", "Yannick Breitung", "Zita Rosenstängel", "Ömer Yıldız",
];

interface Member {
  name: string;
  url: string;
  token: string;
}

interface Hall {
  __hall: Record<string, WebSocket>;
}

/** What the guests of a booking come in with, by their links. */
export async function passes(house: House, booking: Booking): Promise<Member[]> {
  const members: Member[] = [];
  for (const { name, link } of booking.guests) {
    const [, id, secret] = /\/m\/([^#]+)#(.+)$/.exec(link!)!;
    const answer = await house.send("POST", `/meetings/${id}/join`, { name, secret });
    const { url, token } = (await answer.json()) as { url: string; token: string };
    members.push({ name, url, token });
  }
  return members;
}

/** Lets the guests of a booking in by their links; `page` carries their connections and must stay open. */
export async function fill(page: Page, house: House, booking: Booking) {
  const members = await passes(house, booking);
  await page.goto("/leichte-sprache");
  await page.evaluate(async (all) => {
    const hall: Record<string, WebSocket> = ((window as unknown as Hall).__hall = {});
    for (const { name, url, token } of all) {
      const base = url.replace(/^http/, "ws");
      // Nothing is said of the client: all it knows is how to be there.
      const socket = (hall[name] = new WebSocket(`${base}/rtc/v1?access_token=${token}&join_request=`));
      await new Promise((opened, failed) => {
        socket.onmessage = opened;
        socket.onclose = () => failed(new Error(`${name} was not let in`));
      });
    }
    // SignalRequest.ping = 1, as stock clients say it.
    setInterval(() => Object.values(hall).forEach((socket) => socket.readyState === WebSocket.OPEN && socket.send(new Uint8Array([14 << 3, 1]))), 4_000);
  }, members);
}

/** These members ask for the floor, one after the other. */
export async function askForTheFloor(page: Page, names: string[]) {
  await page.evaluate(async (all) => {
    const bytes = (text: string) => [...new TextEncoder().encode(text)];
    const field = (number: number, content: number[]) => {
      const long = content.length;
      return [(number << 3) | 2, ...(long > 127 ? [(long & 127) | 128, long >> 7] : [long]), ...content];
    };
    for (const [place, name] of all.entries()) {
      const at = new Date(Date.now() - (all.length - place) * 60_000).toISOString();
      const entry = [...field(1, bytes("hand_raised_at")), ...field(2, bytes(at))];
      // SignalRequest.update_metadata { attributes: { hand_raised_at: … } }
      (window as unknown as Hall).__hall[name]!.send(new Uint8Array(field(15, field(3, entry))));
    }
  }, names);
}
