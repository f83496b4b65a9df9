/** A wire between a browser and the server that a test can cut: a plain TCP relay. */

import { connect, createServer } from "node:net";

/** @param {() => number} port where the server listens, asked for each connection */
export async function wire(port) {
  const ends = new Set();
  let whole = true;
  const relay = createServer((near) => {
    if (!whole) return void near.destroy();
    const far = connect(port(), "127.0.0.1");
    for (const [end, other] of [[near, far], [far, near]]) {
      ends.add(end);
      end.pipe(other);
      end.on("error", () => other.destroy());
      end.on("close", () => { ends.delete(end); other.destroy(); });
    }
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
    mend() {
      whole = true;
    },
    async close() {
      this.cut();
      await new Promise((closed) => relay.close(closed));
    },
  };
}
