import type { TFunction } from "i18next";
import { expect, test } from "vitest";
import { readWords, type Sections } from "../words/areas";
import { outlookBlock } from "./outlook";

const join_url = "https://meet.example.org/m/019ab";
const dial_in = { numbers: ["+49 361 5550100", "+49 30 5550199"], pin: "0123456789" };

/** The catalogue itself: a missing word is an error. */
async function words(language: "de" | "en"): Promise<TFunction> {
  const areas: Sections[] = [await readWords("everywhere", language), await readWords("desk", language)];
  const find = (key: string) => {
    for (const area of areas) {
      const found = key.split(".").reduce<Sections | string | undefined>((at, part) => (typeof at === "object" ? at[part] : undefined), area);
      if (typeof found === "string") return found;
    }
    throw new Error(`no words for ${key}`);
  };
  return find as unknown as TFunction;
}

test("the block has the link, the numbers and the PIN, in plain text and with links", async () => {
  const block = outlookBlock({ join_url, dial_in }, await words("de"));
  expect(block.plain).toBe(
    `Videobesprechung\nBeitreten: ${join_url}\n\nEinwahl per Telefon: +49 361 5550100 oder +49 30 5550199\nPIN: 012 345 6789\n\n` +
      "Der Link gilt für alle, die hier ein Konto haben. Gäste erhalten einen eigenen Link.\n",
  );
  expect(block.html).toContain(`<a href="${join_url}">${join_url}</a>`);
  expect(block.html).toContain('<a href="tel:+493615550100">+49 361 5550100</a> oder <a href="tel:+49305550199">');
});

test("without telephones there is no word of them, and English is English", async () => {
  const block = outlookBlock({ join_url }, await words("en"));
  expect(block.plain).toBe(`Video meeting\nJoin: ${join_url}\n\nThe link is for everybody with an account here. Guests get a link of their own.\n`);
  expect(block.html).not.toContain("tel:");
});

test("what stands in it is text, not markup", async () => {
  const { html } = outlookBlock({ join_url: 'https://meet.example.org/m/"><b>', dial_in: { numbers: ["<i>1"], pin: "&" } }, await words("de"));
  expect(html).not.toContain("<i>");
  expect(html).toContain("&quot;&gt;&lt;b&gt;");
  expect(html).toContain("PIN: &amp;");
});
