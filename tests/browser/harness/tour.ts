/** Every page that can be reached without a running meeting, with what must be there to show it. */

import { type Page, expect } from "@playwright/test";
import type { Booking, House, Person } from "./house.ts";
import { type Language, words } from "./words.ts";

export interface Stop {
  name: string;
  /** Goes there and waits until it shows what it is for. */
  visit: (page: Page) => Promise<void>;
  /** What it tells changes with the hour: what is today, and what is tomorrow. */
  daily?: boolean;
}

/** Somewhere it is about noon now: what begins in a minute and what follows in an hour are on the same day there. */
export function noonZone(now = new Date()): string {
  const hours = 12 - now.getUTCHours();
  // These names count westwards.
  return hours === 0 ? "Etc/GMT" : `Etc/GMT${hours > 0 ? "-" : "+"}${Math.abs(hours)}`;
}

export interface Furnished {
  organiser: Person;
  booking: Booking;
}

const furnished = new WeakMap<House, Promise<Furnished>>();

/** People, rooms, a delegation and bookings, so that no page is empty; once for each house. */
export function furnish(house: House): Promise<Furnished> {
  const ready = furnished.get(house) ?? bringIn(house);
  furnished.set(house, ready);
  return ready;
}

async function bringIn(house: House): Promise<Furnished> {
  const { admin } = house;
  const organiser = await house.person("Katharina Eisenach", ["room_manager"]);
  const colleague = await house.person("Thomas Müntzer-Mühlhausen");
  const rooms = [];
  for (const [kind, name, site] of [
    ["virtual", "Besprechungsraum Hainich", ""],
    ["physical", "Sitzungszimmer 214", "Erfurt, Regierungsstraße 73"],
  ]) {
    rooms.push(await house.ask<{ id: string }>(admin, "POST", "/rooms", { kind, name, site, capacity: 12, notes: "" }));
  }
  // Nobody sits there, so it makes no difference to bookings.
  const line = await house.ask<{ id: string }>(admin, "POST", "/pools", { kind: "uplink", name: "Leitung Ilmtal", limit_mbps: 100, on_overrun: "warn" });
  await house.ask(admin, "POST", "/sites", { name: "Ilmtal", networks: ["10.9.0.0/16"], pools: [line.id] });
  await house.ask(colleague, "POST", "/delegations", { delegate: organiser.id, rights: ["book"] });
  const booking = await house.book(organiser, {
    title: "Abstimmung Landeshaushalt mit den Referaten",
    people: [{ person: colleague.id, role: "moderator" }],
    guests: [{ name: "Gerda Gast", email: "gerda@example.com" }, { name: "Günter Gast", email: "guenter@example.com" }],
    rooms: [rooms[1].id],
  });
  await house.book(organiser, { title: "Jour fixe", startsIn: 24 * 60 });
  // Whatever time the form proposes, at any minute of the hour, one room is taken.
  for (const startsIn of [31, 61]) await house.book(colleague, { title: "Anschlusstermin", startsIn, rooms: [rooms[1].id] });
  return { organiser, booking };
}

const heading = (page: Page, name: string) => expect(page.getByRole("heading", { name }).first()).toBeVisible();

/** Pages for people who are not signed in. */
export function outside(language: Language): Stop[] {
  const t = (key: string) => words(key, {}, language);
  return [
    { name: "sign-in", visit: async (page) => (await page.goto("/sign-in"), heading(page, t("signIn.title"))) },
    { name: "setup", visit: async (page) => (await page.goto("/setup#secret"), heading(page, t("setUp.title"))) },
    { name: "easy-read", visit: async (page) => (await page.goto("/leichte-sprache"), heading(page, t("easy.title"))) },
    {
      name: "link-invalid",
      visit: async (page) => (await page.goto("/m/00000000-0000-4000-8000-000000000000#wrong"), heading(page, t("refused.link_invalid"))),
    },
  ];
}

/** Pages of the desk, for the person who organises. */
export function desk({ booking }: Furnished, language: Language): Stop[] {
  const t = (key: string) => words(key, {}, language);
  const sheet = async (page: Page) => (await page.goto(`/bookings/${booking.id}`), heading(page, booking.title));
  return [
    { name: "bookings", daily: true, visit: async (page) => (await page.goto("/"), await expect(page.getByText(booking.title).first()).toBeVisible()) },
    { name: "book", visit: async (page) => (await page.goto("/bookings/new"), await heading(page, t("book.heading")), await expect(page.getByText("Sitzungszimmer 214").first()).toBeVisible()) },
    {
      name: "book-faulty",
      visit: async (page) => {
        await page.goto("/bookings/new");
        await page.getByRole("button", { name: t("book.submit"), exact: true }).click();
        await expect(page.getByText(t("fault.title")).first()).toBeVisible();
      },
    },
    { name: "booking", visit: sheet },
    {
      name: "booking-change",
      visit: async (page) => {
        await sheet(page);
        await page.getByRole("button", { name: t("booking.change") }).click();
        await heading(page, t("book.changeHeading"));
      },
    },
    {
      name: "booking-cancel",
      visit: async (page) => {
        await sheet(page);
        await page.getByRole("button", { name: t("booking.cancel"), exact: true }).click();
        await expect(page.getByRole("alertdialog")).toBeVisible();
      },
    },
    { name: "rooms", visit: async (page) => (await page.goto("/rooms"), await expect(page.getByText("Sitzungszimmer 214").first()).toBeVisible()) },
    { name: "delegations", visit: async (page) => (await page.goto("/delegations"), await expect(page.getByRole("main").getByText("Thomas Müntzer-Mühlhausen").first()).toBeVisible()) },
    { name: "accessibility", visit: async (page) => (await page.goto("/accessibility"), await expect(page.getByRole("heading", { level: 1 })).toBeVisible()) },
    { name: "not-found", visit: async (page) => (await page.goto("/no-such-page"), await expect(page.getByRole("heading", { level: 1 })).toBeVisible()) },
    {
      name: "lobby",
      visit: async (page) => {
        await page.goto(`/m/${booking.id}`);
        await expect(page.getByRole("button", { name: t("lobby.submit"), exact: true })).toBeVisible();
      },
    },
  ];
}

/** Pages for administrators only. */
export function administration(language: Language): Stop[] {
  const t = (key: string) => words(key, {}, language);
  return [
    { name: "people", visit: async (page) => (await page.goto("/people"), await expect(page.getByText("Katharina Eisenach").first()).toBeVisible()) },
    { name: "running-none", visit: async (page) => (await page.goto("/admin/meetings"), heading(page, t("running.title"))) },
    {
      name: "capacity",
      visit: async (page) => {
        // Measuring begins within minutes; what is told is the page before that.
        await page.route("**/api/v1/pools/forecast?*", async (route) => {
          const answer = await route.fetch();
          const json: unknown = JSON.parse(await answer.text(), (key, value: unknown) => (key.startsWith("measured") ? undefined : value));
          await route.fulfill({ response: answer, json });
        });
        await page.goto("/admin/capacity");
        await expect(page.getByRole("img").first()).toBeVisible();
      },
    },
  ];
}
