/**
 * A browser publishes into a meeting by one offer in a request, another one watches it by one, and a stock SDK meets the
 * publisher: pictures are decoded and sound is heard on both. So does GStreamer, in H.264 and in VP8.
 */

import { openPage } from "./clients/browser.mjs";
import { programClient } from "./clients/program.mjs";
import { heardAndSeen } from "./matrix.mjs";
import { key, nodeToken } from "./tokens.mjs";

const meeting = "streamed-meeting";
const ENTER_LIMIT_MS = 45_000;
const MEDIA_LIMIT_MS = 60_000;
const LEAVE_LIMIT_MS = 20_000;

export async function publishAndWatchByRequest(server, page, { ask, judge, within }) {
  const token = (identity) => nodeToken(identity, key.secret, meeting);
  const python = programClient("python", ".venv/bin/python", ["clients/python.py"]);
  const opened = [];
  try {
    opened.push(await openPage("chromium", `${page.url}whip.html`), await openPage("firefox", `${page.url}whip.html`));
    const [camera, viewer] = opened.map((one) => one.page);
    // The audience is there first: its places are open and empty.
    await viewer.evaluate(([url, token]) => window.watch(url, token), [`${server.url}/whep/v1`, await token("viewer")]);
    await camera.evaluate(([url, token]) => window.publish(url, token), [`${server.url}/whip/v1`, await token("camera")]);
    await within(ENTER_LIMIT_MS, "python", python.enter(server.url.replace("http", "ws"), await token("python")));

    for (const codec of ["h264", "vp8"]) {
      const name = `gstreamer-${codec}`;
      const studio = programClient(name, "/usr/bin/python3", ["clients/gstreamer.py", codec]);
      try {
        await within(ENTER_LIMIT_MS, name, studio.enter(`${server.url}/whip/v1`, await token(name)));
        const isMet = (report) => heardAndSeen(report.seen[name] ?? {});
        const { seen } = await ask(python.report, isMet, MEDIA_LIMIT_MS);
        judge(`an SDK hears and sees ${name}: ${JSON.stringify(seen[name])}`, isMet({ seen }));
        await within(LEAVE_LIMIT_MS, `${name} ends`, studio.leave());
        const isGone = (report) => report.left.includes(name);
        judge(`all notice that ${name} left`, isGone(await ask(python.report, isGone, LEAVE_LIMIT_MS)));
      } finally {
        console.log(`--- ${name}\n${studio.words().slice(-1_500)}`);
        await studio.stop();
      }
    }

    const met = (report) => heardAndSeen(report.seen.camera ?? {});
    judge("an SDK hears and sees who publishes by a request", met(await ask(python.report, met, MEDIA_LIMIT_MS)));
    const seen = await ask(() => viewer.evaluate(() => window.seen()), heardAndSeen, MEDIA_LIMIT_MS);
    judge(`who watches by a request hears and sees: ${JSON.stringify(seen)}`, heardAndSeen(seen));

    const restarted = await camera.evaluate(() => window.restart());
    const { status, etag, isOther } = restarted;
    judge(`the way is sought anew: ${JSON.stringify(restarted)}`, status === 200 && etag === '"2"' && isOther);
    const before = (await python.report()).seen.camera.frames;
    const goesOn = (report) => report.seen.camera.frames > before + 30;
    judge("pictures go on after that", goesOn(await ask(python.report, goesOn, MEDIA_LIMIT_MS)));

    judge("the session is ended", (await camera.evaluate(() => window.end())) === 200);
    const left = (report) => report.left.includes("camera");
    judge("all notice that the publisher left", left(await ask(python.report, left, LEAVE_LIMIT_MS)));
    // Now python is all there is to see, in the same places.
    const shown = (await viewer.evaluate(() => window.seen())).frames;
    const seesMore = (now) => now.frames > shown + 30;
    const after = await ask(() => viewer.evaluate(() => window.seen()), seesMore, MEDIA_LIMIT_MS);
    judge(`who watches sees who is left: ${JSON.stringify(after)}`, seesMore(after));
    judge("who watches ends it as well", (await viewer.evaluate(() => window.end())) === 200);
  } finally {
    await Promise.all([python.stop(), ...opened.map((one) => one.browser.close())]);
  }
}
