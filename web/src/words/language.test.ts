import i18next from "i18next";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) });
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
