import type { Page } from "@playwright/test";
import { control, controls, enter, linkOf, tileOf, tiles } from "../harness/acts.ts";
import { expect, test } from "../harness/scenario.ts";
import { words } from "../harness/words.ts";

/** Writes down what is said and shown for a moment only, and where the tiles are meanwhile: a slow machine may look too late. */
const takeNotes = (page: Page) =>
  page.evaluate(() => {
    const notes = { said: [] as string[], shown: [] as string[], boxes: [] as string[] };
    (window as unknown as { __notes: typeof notes }).__notes = notes;
    const add = (list: string[], text: string | null) => text && !list.includes(text) && list.push(text);
    new MutationObserver(() => {
      for (const region of document.querySelectorAll("[aria-live=polite]")) add(notes.said, region.textContent);
      for (const sign of document.querySelectorAll(".tile > .reaction")) {
        add(notes.shown, `${sign.parentElement!.querySelector(".name")!.textContent}: ${sign.textContent}`);
        add(notes.boxes, JSON.stringify([...document.querySelectorAll(".tile")].map((tile) => tile.getBoundingClientRect())));
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
type Notes = { said: string[]; shown: string[]; boxes: string[] };
const notes = (page: Page) => page.evaluate(() => (window as unknown as { __notes: Notes }).__notes);

test("who asks for the floor stands in the order of asking; reactions pass without moving anything; a break counts down for all", async ({ house, sit }) => {
  test.setTimeout(240_000);
  const anna = await house.person("Anna Weimar");
  const [bernd, clara] = [await house.person("Bernd Gotha"), await house.person("Clara Jena")];
  const people = [bernd, clara].map(({ id }) => ({ person: id, role: "participant" as const }));
  const booking = await house.book(anna, { title: "Aussprache", people });
  const page = await sit({ as: anna });
  const berndThere = await sit({ engine: "firefox", as: bernd });
  const claraThere = await sit({ engine: "chromium2", as: clara });
  for (const each of [page, berndThere, claraThere]) await enter(each, linkOf(booking), { devices: false });
  await expect(tiles(page)).toHaveCount(3);
  await control(page, "panel.people").click();
  const list = page.getByRole("region", { name: words("panel.hands", { count: 2 }) });

  await test.step("each sees the own place, and everybody the order", async () => {
    await control(claraThere, "bar.raiseHand").click();
    const placed = (place: number) => new RegExp(`${words("bar.lowerHand")}.*${words("bar.handPlace", { place })}`);
    await expect(controls(claraThere).getByRole("button", { name: placed(1) })).toBeVisible();
    await control(berndThere, "bar.raiseHand").click();
    await expect(controls(berndThere).getByRole("button", { name: placed(2) })).toBeVisible();
    await expect(list.getByRole("listitem")).toHaveText([/^1Clara Jena/, /^2Bernd Gotha/]);
    await expect(tileOf(berndThere, clara.name)).toContainText(`${words("tile.hand")} 1`);
    await page.screenshot({ path: "results/pictures/speaker-list.png" });
  });

  await test.step("the first is given the floor, is told so, and the next moves up", async () => {
    await list.getByRole("button", { name: words("moderate.giveFloorNamed", { name: clara.name }) }).click();
    await expect(claraThere.getByRole("contentinfo").getByText(words("notice.asked_to_speak"))).toBeVisible();
    await expect(control(claraThere, "bar.raiseHand")).toBeVisible();
    await expect(page.getByRole("region", { name: words("panel.hands", { count: 1 }) }).getByRole("listitem")).toHaveText([/^1Bernd Gotha/]);
    await expect(controls(berndThere).getByRole("button", { name: new RegExp(words("bar.handPlace", { place: 1 })) })).toBeVisible();
  });

  await test.step("a reaction is seen and told, moves nothing, and goes away", async () => {
    for (const each of [page, berndThere, claraThere]) await takeNotes(each);
    const boxes = () => page.evaluate(() => JSON.stringify([...document.querySelectorAll(".tile")].map((tile) => tile.getBoundingClientRect())));
    const before = await boxes();
    await controls(claraThere).getByRole("button", { name: words("react.label") }).click();
    await claraThere.getByRole("menuitem", { name: words("react.agree") }).click();
    const shown = (name: string) => `${name}: ${words("react.agree")}`;
    for (const each of [page, berndThere]) {
      await expect.poll(async () => (await notes(each)).shown).toContain(shown(clara.name));
      // What happens within a moment is said in one breath, so this may stand beside something else.
      await expect.poll(async () => (await notes(each)).said.join("\n")).toContain(words("react.by.agree", { name: clara.name }));
    }
    await expect.poll(async () => (await notes(claraThere)).shown).toContain(shown(words("tile.me", { name: clara.name })));
    await page.screenshot({ path: "results/pictures/reaction.png" });
    for (const each of [page, berndThere, claraThere]) await expect(tiles(each).getByText(words("react.agree"))).toHaveCount(0);
    expect((await notes(page)).boxes).toEqual([before]);
    expect(await boxes()).toBe(before);
  });

  await test.step("everybody sees how long the break lasts, also who comes later, until it is ended", async () => {
    const running = (each: Page) => each.getByRole("timer");
    await control(page, "bar.more").click();
    await page.getByRole("menuitem", { name: words("break.title") }).click();
    const dialog = page.getByRole("dialog", { name: words("break.title") });
    await expect(dialog.getByRole("radio", { name: words("break.minutes_other", { count: "10" }) })).toBeChecked();
    await dialog.getByRole("radio", { name: words("break.minutes_other", { count: "30" }) }).check();
    await page.keyboard.press("Enter");
    await expect(dialog).toBeHidden();
    for (const each of [page, berndThere, claraThere]) await expect(running(each)).toHaveText(/(2\d|30):[0-5]\d$/);
    const left = await running(claraThere).innerText();
    await expect(running(claraThere), "it counts").not.toHaveText(left, { useInnerText: true });
    await page.screenshot({ path: "results/pictures/break.png" });
    await claraThere.reload();
    await enter(claraThere, linkOf(booking), { devices: false });
    await expect(running(claraThere)).toHaveText(/(2\d|30):[0-5]\d$/);
    await control(page, "bar.more").click();
    await page.getByRole("menuitem", { name: words("break.end") }).click();
    for (const each of [page, berndThere, claraThere]) {
      await expect(running(each)).toHaveCount(0);
      await expect(each.getByRole("contentinfo").getByText(words("notice.break_over"))).toBeVisible();
    }
  });

  await test.step("the moderation sees how long somebody has spoken", async () => {
    const present = page.getByRole("region", { name: words("panel.present", { count: 3 }) });
    const spoken = new RegExp(`${words("panel.spoken")} \\d\\d:\\d\\d`);
    await expect(present.getByText(words("panel.spoken"))).toHaveCount(0);
    await control(claraThere, "microphone.off").click();
    await expect(present.getByRole("listitem").filter({ hasText: clara.name })).toContainText(spoken, { timeout: 60_000 });
    await expect(present.getByText(words("panel.spoken"))).toHaveCount(1);
    await page.screenshot({ path: "results/pictures/speaking-time.png" });
  });
});
