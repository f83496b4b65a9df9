import type { Page } from "@playwright/test";
import { announcements, control, controls, enter, guestLinkOf, joinButton, keepsReceiving, linkOf, openLobby, receives, tiles } from "../harness/acts.ts";
import { inspect } from "../harness/inspect.ts";
import { media } from "../harness/rtc.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

const title = words("stageRules.title");
const floor = (page: Page) => page.getByRole("region", { name: words("floor.title") });
const note = (page: Page, key: string) => page.getByRole("contentinfo").getByText(words(key));

/** Changes the rules in the dialog. */
async function rule(page: Page, change: (dialog: ReturnType<Page["getByRole"]>) => Promise<void>) {
  await control(page, "bar.more").click();
  await page.getByRole("menuitem", { name: words("more.rules"), exact: true }).click();
  const dialog = page.getByRole("dialog", { name: title });
  await change(dialog);
  await dialog.getByRole("button", { name: words("action.save") }).click();
  await expect(dialog).toBeHidden();
}

/** Sound comes in that is more than silence. */
async function hears(page: Page, what: string) {
  const before = await media(page);
  await receives(page, { audioPackets: before.audioPackets + 50, audioEnergy: before.audioEnergy + 1e-6 }, what);
}

test("rules of the meeting: who is not called is not heard, a turn ends by itself, and only presenters show a screen", async ({ house, sit }) => {
  test.setTimeout(300_000);
  const anna = await house.person("Anna Weimar");
  const bernd = await house.person("Bernd Gotha");
  const booking = await house.book(anna, { title: "Aussprache", people: [{ person: bernd.id, role: "participant" }] });
  const page = await sit({ as: anna });
  const there = await sit({ engine: "chromium2", as: bernd });
  await enter(page, linkOf(booking), { devices: false });
  await enter(there, linkOf(booking), { devices: false });
  await control(page, "panel.people").click();

  await test.step("a screen that is shown ends when only presenters may, and cannot be shown again", async () => {
    await control(there, "bar.share").click();
    await expect(control(there, "bar.stopSharing")).toBeVisible();
    await expect(page.getByRole("main").getByText(words("share.by", { name: bernd.name }))).toBeVisible();
    await rule(page, (dialog) => dialog.getByRole("checkbox", { name: new RegExp(words("stageRules.share")) }).check());
    await expect(note(there, "notice.only_presenters_share")).toBeVisible();
    await expect(page.getByRole("main").getByText(words("share.by", { name: bernd.name }))).toHaveCount(0);
    await there.getByRole("contentinfo").getByRole("button", { name: words("banner.close") }).click();
    await expect(control(there, "bar.share")).toHaveAttribute("aria-disabled", "true");
    await control(there, "bar.share").click({ force: true });
    await expect(note(there, "notice.only_presenters_share"), "pressing says why").toBeVisible();
  });

  await test.step("microphones that are moderated go off and stay off, and a reload changes nothing", async () => {
    await control(there, "microphone.off").click();
    await hears(page, "everybody is heard at first");
    await rule(page, async (dialog) => {
      await dialog.getByRole("checkbox", { name: new RegExp(words("stageRules.called")) }).check();
      await dialog.getByLabel(words("stageRules.minutes")).selectOption("1");
      await inspect(page, "rules-dialog", "de");
    });
    await expect(control(there, "microphone.off")).toBeVisible();
    await expect(floor(there)).toHaveText(words("floor.moderated"));
    await control(there, "microphone.off").click({ force: true });
    await expect(note(there, "notice.not_called")).toBeVisible();
    await expect(control(there, "microphone.off")).toBeVisible();
    await there.reload();
    await enter(there, linkOf(booking));
    await expect(floor(there)).toHaveText(words("floor.moderated"));
    await expect(control(there, "microphone.off"), "what was open in the lobby is closed").toBeVisible();
    await control(there, "bar.raiseHand").click();
    await expect(floor(there)).toHaveText(words("floor.waits"));
    await inspect(there, "rules-moderated", "de");
  });

  await test.step("who is called is heard and sees the time, everybody else too", async () => {
    await page.getByRole("button", { name: words("moderate.giveFloorNamed", { name: bernd.name }) }).click();
    await expect(floor(there)).toContainText(words("floor.own"));
    await expect(floor(there).getByRole("timer")).toHaveText(/00:\d\d/);
    await expect(floor(page)).toContainText(words("floor.has", { name: bernd.name }));
    await floor(there).getByRole("button", { name: words("hint.turnOn") }).click();
    await hears(page, "who is called is heard");
    await inspect(there, "rules-turn-own", "de");
    await inspect(page, "rules-turn", "de");
  });

  await test.step("at the end of the time the call ends", async () => {
    // A minute of pictures that nobody looks at would take half of the machine from the scenario beside this one.
    await control(there, "camera.on").click();
    await expect(note(there, "notice.turn_over")).toBeVisible({ timeout: 90_000 });
    await expect(control(there, "microphone.off")).toBeVisible();
    await expect(floor(page)).toHaveCount(0);
    await expect(floor(there)).toHaveText(words("floor.moderated"));
  });

  await test.step("without the rule everybody switches on and off again; nobody is switched on", async () => {
    await rule(page, (dialog) => dialog.getByRole("checkbox", { name: new RegExp(words("stageRules.called")) }).uncheck());
    await expect(floor(there)).toHaveCount(0);
    await expect(control(there, "microphone.off")).toBeVisible();
    await control(there, "microphone.off").click();
    await hears(page, "one's own microphone again");
  });
});

test("when the last moderator leaves nobody is locked out: microphones are free and colleagues come in until one is back", async ({ house, sit }) => {
  test.setTimeout(240_000);
  const [anna, bernd, clara] = [await house.person("Anna Weimar"), await house.person("Bernd Gotha"), await house.person("Clara Jena")];
  const people = [bernd, clara].map(({ id }) => ({ person: id, role: "participant" as const }));
  const booking = await house.book(anna, { title: "Aussprache ohne Leitung", people });
  const page = await sit({ as: anna });
  const there = await sit({ engine: "chromium2", as: bernd });
  const late = await sit({ engine: "chromium2", as: clara });
  await enter(page, linkOf(booking), { devices: false });
  await enter(there, linkOf(booking), { devices: false });
  await house.ask(anna, "POST", `/meetings/${booking.meeting_id}/moderate`, { act: "set_rules", moderated_microphones: true });
  await house.ask(anna, "POST", `/meetings/${booking.meeting_id}/lock`);
  await expect(floor(there)).toHaveText(words("floor.moderated"));
  await control(there, "microphone.off").click({ force: true });
  await expect(note(there, "notice.not_called")).toBeVisible();
  await openLobby(late, linkOf(booking));
  await expect(late.getByText(words("problem.locked"))).toBeVisible();
  const said = await announcements(there);

  await test.step("half a minute later everybody may speak, and hears so", async () => {
    await page.goto("about:blank");
    await expect(floor(there)).toHaveText(words("floor.rests"), { timeout: 60_000 });
    expect(await said()).toContain(words("floor.rests"));
    await expect(note(there, "notice.not_called"), "what was said about the rule is over").toHaveCount(0);
    await inspect(there, "rules-rest", "de");
    await control(there, "microphone.off").click();
    await expect(control(there, "microphone.on")).toBeVisible();
  });

  await test.step("an invited colleague comes in though the meeting is locked, and hears who speaks", async () => {
    await joinButton(late).click();
    await expect(tiles(late)).toHaveCount(2);
    await hears(late, "nobody had to call");
  });

  await test.step("a moderator comes back, and the rule with her", async () => {
    await enter(page, linkOf(booking), { devices: false });
    await expect(floor(there)).toHaveText(words("floor.moderated"));
    await expect(control(there, "microphone.off")).toBeVisible();
    await expect.poll(said).toContain(words("floor.moderated"));
  });
});

test("turning somebody away can be taken back: the person hears of it, waits again and is let in", async ({ house, sit }) => {
  const guest = "Gerda Gast";
  const anna = await house.person("Anna Weimar");
  const booking = await house.book(anna, { title: "Vorstand", guests: [{ name: guest }] });
  const inside = await sit({ as: anna });
  const outside = await sit({ engine: "firefox" });
  await enter(inside, linkOf(booking));
  await openLobby(outside, guestLinkOf(booking));
  await joinButton(outside).click();
  await expect(outside.getByRole("heading", { name: words("waiting.title") })).toBeVisible();
  await control(inside, "panel.people").click();
  await inside.getByRole("button", { name: words("waitingList.rejectNamed", { name: guest }) }).click();
  await inside.getByRole("dialog").getByRole("button", { name: words("waitingList.reject"), exact: true }).click();
  await expect(outside.getByRole("heading", { name: words("left.rejected.title") })).toBeVisible();

  const back = inside.getByRole("button", { name: words("waitingList.takeBackNamed", { name: guest }) });
  await expect(back).toBeVisible();
  await inspect(inside, "rejected-list", "de");
  await back.click();
  await expect(outside.getByRole("heading", { name: words("waiting.title") })).toBeVisible();
  await expect(outside.locator("[aria-live=polite]").filter({ hasText: words("waiting.takenBack") })).toBeAttached();
  await expect(back).toBeHidden();
  await inside.getByRole("button", { name: words("waitingList.admitNamed", { name: guest }) }).click();
  await expect(controls(outside)).toBeVisible();
  await keepsReceiving(outside, "the guest is in");
});
