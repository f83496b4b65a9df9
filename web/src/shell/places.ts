import type { Session } from "../api/contract";
import type { IconName } from "../icons/shapes";

export type Place = { path: string; words: string; short?: string; icon: IconName };
export type Section = { words: string; places: Place[] };

/** What the signed-in person may visit. The server decides again on every request. */
export function sectionsFor(may: Session["may"]): Section[] {
  const booking: Place[] = [
    { path: "/", words: "nav.bookings", short: "nav.bookingsShort", icon: "calendar-days" },
    { path: "/bookings/new", words: "nav.book", short: "nav.bookShort", icon: "calendar-plus" },
    { path: "/rooms", words: "nav.rooms", icon: "door-open" },
    { path: "/delegations", words: "nav.delegations", icon: "users" },
  ];
  const running: Place[] = may.see_running_meetings ? [{ path: "/admin/meetings", words: "nav.running", short: "nav.runningShort", icon: "activity" }] : [];
  const capacity: Place[] = may.manage_capacity || may.see_room_use ? [{ path: "/admin/capacity", words: "nav.capacity", icon: "chart-line" }] : [];
  const webhooks: Place[] = may.see_running_meetings ? [{ path: "/admin/webhooks", words: "nav.webhooks", icon: "send-horizontal" }] : [];
  const people: Place[] = may.manage_people ? [{ path: "/people", words: "nav.people", icon: "user" }] : [];
  const administration = [...running, ...capacity, ...people, ...webhooks];
  return [{ words: "nav.booking", places: booking }, ...(administration.length > 0 ? [{ words: "nav.administration", places: administration }] : [])];
}

export function isCurrent(place: Place, path: string): boolean {
  return place.path === path || (place.path === "/" && /^\/bookings\/(?!new)/.test(path));
}
