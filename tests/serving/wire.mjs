/** A wire between a browser and the server that a test can cut, freeze or slow down: a plain TCP relay. */

import { connect, createServer } from "node:net";

/** After so many milliseconds TCP sends again what was lost; from then on after twice the time. */
const AGAIN_MS = { words: 200, knock: 1_000 };

/** @param {() => number} port where the server listens, asked for each connection */
export async function wire(port) {
  const ends = new Set();
  let whole = true;
  /** @type {{ delay: number; jitter: number; loss: number }} */
  let shape = { delay: 0, jitter: 0, loss: 0 };
  /** Packets vanish, both ways. */
  let frozen = false;
  let random = 7;
  const roll = () => (random = (random * 16_807) % 2_147_483_647) / 2_147_483_647;

  /**
   * What vanishes is sent again until it comes through, later each time: so it goes on a little after the line is whole.
   * @param {number} first
   * @returns {Promise<void>}
   */
  const gets = (first) =>
    new Promise((through) => {
      const sends = (/** @type {number} */ again) => {
        if (frozen || roll() < shape.loss) setTimeout(() => sends(again * 2), again).unref();
        else through();
      };
      sends(first);
    });

  /** In order, each after its delay. */
  const carries = (/** @type {import("node:net").Socket} */ from, /** @type {import("node:net").Socket} */ to) => {
    let before = Promise.resolve();
    from.on("data", (bytes) => {
      const { delay, jitter } = shape;
      const late = delay + jitter ? new Promise((over) => setTimeout(over, delay + jitter * roll()).unref()) : undefined;
      before = before.then(() => gets(AGAIN_MS.words)).then(() => late).then(() => void (to.destroyed || to.write(bytes)));
    });
    from.on("end", () => (before = before.then(() => gets(AGAIN_MS.words)).then(() => void to.end())));
  };

  const relay = createServer({ allowHalfOpen: true }, async (near) => {
    if (!whole) return void near.destroy();
    ends.add(near);
    near.on("error", () => near.destroy());
    // Nobody hears a knock on a line on which packets vanish: it is repeated like everything else, and nothing is said before
    // it is heard. Who gives up meanwhile was never there.
    const early = /** @type {Buffer[]} */ ([]);
    let gaveUp = false;
    const keep = (/** @type {Buffer} */ bytes) => void early.push(bytes);
    const giveUp = () => void (gaveUp = true);
    near.on("data", keep).on("end", giveUp).on("close", giveUp);
    await gets(AGAIN_MS.knock);
    near.off("data", keep).off("end", giveUp).off("close", giveUp);
    if (gaveUp) return void (ends.delete(near), near.destroy());
    const far = connect({ port: port(), host: "127.0.0.1", allowHalfOpen: true });
    for (const [end, other] of [[near, far], [far, near]]) {
      ends.add(end);
      carries(end, other);
      end.on("error", () => other.destroy());
      // That an end is gone vanishes as well.
      end.on("close", () => { ends.delete(end); void gets(AGAIN_MS.words).then(() => other.destroy()); });
    }
    for (const bytes of early) near.emit("data", bytes);
  });
  await new Promise((listening) => relay.listen(0, "127.0.0.1", () => listening(undefined)));
  const { port: own } = /** @type {import("node:net").AddressInfo} */ (relay.address());
  return {
    port: own,
    /** Ends every connection and lets none through. */
    cut() {
      whole = false;
      for (const end of ends) end.destroy();
    },
    /** Everything vanishes from now on; nobody is told. */
    freeze() {
      frozen = true;
    },
    mend() {
      whole = true;
      frozen = false;
    },
    /**
     * Milliseconds each way, up to so many more at random, and the share of packets that have to be sent again.
     * @param {{ delay?: number; jitter?: number; loss?: number }} wanted
     */
    slow({ delay = 0, jitter = 0, loss = 0 }) {
      shape = { delay, jitter, loss };
    },
    async close() {
      this.cut();
      frozen = false;
      await new Promise((closed) => relay.close(closed));
    },
  };
}
