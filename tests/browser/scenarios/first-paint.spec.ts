import { mkdir, writeFile } from "node:fs/promises";
import { guestLinkOf, joinButton } from "../harness/acts.ts";
import { type Engine, expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

const VISITS = 7;
/** Of the first paint, in the middle; the lobby itself is there when the server has said what meeting it is. */
const PAINT_LIMIT_MS = 1_000;
/** Generous, because a loaded machine with two cores measures itself. */
const LOBBY_LIMIT_MS = 4_000;

for (const engine of ["chromium", "firefox"] satisfies Engine[]) {
  test(`the lobby is painted soon after the link is opened in ${engine}, and without the media client`, async ({ house, sit }) => {
    const chair = await house.person("Ottilie Erstbild");
    const booking = await house.book(chair, { title: "Erster Blick", guests: [{ name: "Gast Erstbild" }] });
    const times: { paint: number; lobby: number }[] = [];
    for (let visit = 0; visit < VISITS; visit += 1) {
      // A context of its own each time: nothing is in its cache.
      const page = await sit({ engine });
      // The media client never comes: the lobby does not wait for it.
      await page.route(/\/Meeting-[^/]*\.js$/, (route) => route.abort());
      await page.addInitScript((submit) => {
        const seen = window as unknown as { __lobbyAt?: number };
        const look = () => {
          const there = [...document.querySelectorAll("button")].some((button) => button.textContent === submit);
          if (there) seen.__lobbyAt = performance.now();
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }, words("lobby.submit"));
      await page.goto(guestLinkOf(booking));
      await expect(joinButton(page)).toBeVisible();
      const { paint, lobby } = await page.evaluate(() => ({
        paint: performance.getEntriesByName("first-contentful-paint")[0]!.startTime,
        lobby: (window as unknown as { __lobbyAt: number }).__lobbyAt,
      }));
      times.push({ paint: Math.round(paint), lobby: Math.round(lobby) });
      await page.context().close();
    }
    const at = (which: "paint" | "lobby", share: number) => times.map((each) => each[which]).sort((a, b) => a - b)[Math.ceil(share * times.length) - 1]!;
    const figures = { engine, visits: VISITS, paint_p50_ms: at("paint", 0.5), lobby_p50_ms: at("lobby", 0.5), lobby_p95_ms: at("lobby", 0.95), all: times };
    await mkdir("results", { recursive: true });
    await writeFile(`results/first-paint-${engine}.json`, `${JSON.stringify(figures, null, 2)}\n`);
    console.log(`${engine}: first paint ${figures.paint_p50_ms} ms, lobby there ${figures.lobby_p50_ms} ms (p50), ${figures.lobby_p95_ms} ms (p95)`);
    expect(figures.paint_p50_ms).toBeLessThan(PAINT_LIMIT_MS);
    expect(figures.lobby_p50_ms).toBeLessThan(LOBBY_LIMIT_MS);
  });
}
