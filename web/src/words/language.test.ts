import i18next from "i18next";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) });
  vi.stubGlobal("navigator", { languages: ["de-DE", "en"] });
  vi.stubGlobal("document", { documentElement: { lang: "" } });
  vi.resetModules();
});
afterEach(() => vi.unstubAllGlobals());

const start = async () => {
  const language = await import("./language");
  await language.loadWords();
  const changed = (to: string) => vi.waitFor(() => expect(document.documentElement.lang).toBe(to));
  return { ...language, t: (await import("i18next")).default.t as typeof i18next.t, changed };
};

test("a page comes with its words and without those of others", async () => {
  const { withWords, t } = await start();
  expect([t("action.close"), t("lobby.title")]).toEqual(["Schließen", "lobby.title"]);
  expect(await withWords("meeting", async () => ({ default: "page" }))()).toEqual({ default: "page" });
  expect([t("stage.reconnecting") !== "stage.reconnecting", t("running.title")]).toEqual([true, "running.title"]);
});

test("a change of the language brings what every page shown so far needs", async () => {
  const { withWords, chooseLanguage, t, changed } = await start();
  await withWords("easy", async () => undefined)();
  chooseLanguage("en");
  await changed("en");
  expect([t("action.close"), t("easy.title") === "easy.title"]).toEqual(["Close", false]);
});

test("a page asked for while the language changes speaks the one that was chosen", async () => {
  const { withWords, chooseLanguage, t, changed } = await start();
  const page = withWords("visit", async () => undefined)();
  chooseLanguage("en");
  const other = withWords("meeting", async () => undefined)();
  await Promise.all([page, other, changed("en")]);
  for (const key of ["lobby.entering", "stage.joined"]) expect(t(key), key).not.toBe(key);
});

test("on a first visit the browser's languages decide, in their order, and German where it has neither", async () => {
  const { startLanguage } = await import("./language");
  const first = (...preferred: string[]) => startLanguage({ getItem: () => null }, preferred);
  expect([first("de-AT", "en"), first("en-GB", "de"), first("fr", "EN-us", "de"), first("pl", "uk"), first()]).toEqual(["de", "en", "en", "de", "de"]);
  // Other languages begin with the same letters.
  expect([first("den"), first("dsb"), first("enm", "de")]).toEqual(["de", "de", "de"]);
});

test("what somebody chose comes before what the browser and the account say", async () => {
  const { startLanguage } = await import("./language");
  expect([startLanguage({ getItem: () => "de" }, ["en"]), startLanguage({ getItem: () => "en" }, ["de"]), startLanguage({ getItem: () => "xx" }, ["en"])]).toEqual(["de", "en", "en"]);
});

test("the account's language comes before the browser's, and a choice before both", async () => {
  vi.stubGlobal("navigator", { languages: ["en-GB"] });
  const { suggestLanguage, chooseLanguage, changed } = await start();
  expect(document.documentElement.lang).toBe("en");
  suggestLanguage("de");
  await changed("de");
  chooseLanguage("en");
  await changed("en");
  suggestLanguage("de");
  expect(localStorage.getItem("rennsteig.language")).toBe("en");
  await Promise.resolve();
  expect(document.documentElement.lang).toBe("en");
});
