import { joinButton, linkOf, openLobby } from "../harness/acts.ts";
import { inspect } from "../harness/inspect.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

test("where the server answers but UDP does not get through, the page says so, and the way back works", async ({ house, sit }) => {
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Rücksprache" });
  const page = await sit({ as: anna });
  // As behind a firewall: the answer names no place that media could reach.
  await page.addInitScript(() => {
    type Describe = (this: RTCPeerConnection, description: RTCSessionDescriptionInit) => Promise<void>;
    const real: Describe = RTCPeerConnection.prototype.setRemoteDescription;
    RTCPeerConnection.prototype.setRemoteDescription = function (this: RTCPeerConnection, description: RTCSessionDescriptionInit) {
      if (sessionStorage.getItem("open")) return real.call(this, description);
      return real.call(this, { type: description.type, sdp: description.sdp?.replace(/^a=candidate:.*\r\n/gm, "") });
    };
  });
  await openLobby(page, linkOf(booking));
  await joinButton(page).click();
  await expect(page.getByRole("heading", { name: words("left.blocked.title") })).toBeVisible({ timeout: 90_000 });
  await expect(page.getByText(words("left.blocked.lead"))).toBeVisible();
  await inspect(page, "left-blocked", "de");
  await page.evaluate(() => sessionStorage.setItem("open", "yes"));
  await page.getByRole("button", { name: words("left.again") }).click();
  await joinButton(page).click();
  await expect(page.getByRole("group", { name: words("bar.label") })).toBeVisible();
});
