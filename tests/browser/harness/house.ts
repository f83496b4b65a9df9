/** A running server with its first administrator, and the acts that prepare a scenario by API. */

import { serve } from "../../serving/rennsteig.mjs";

export interface Person {
  id: string;
  name: string;
  email: string;
  password: string;
}

export interface Booking {
  id: string;
  title: string;
  meeting_id: string;
  join_url: string;
  start: string;
  end: string;
  guests: { id: string; name: string; link?: string }[];
}

export interface Wish {
  title: string;
  people?: { person: string; role: "moderator" | "participant" }[];
  guests?: { name: string; email?: string }[];
  guestsWait?: boolean;
  /** Minutes from now; the default can be joined at once. */
  startsIn?: number;
  rooms?: string[];
}

const PASSWORD = "Wartburg-Rennsteig-1521";
const ZONE = "Europe/Berlin";

export class House {
  readonly url: string;
  readonly setupLink: string;
  /** Where its pages may ask: itself, and its signalling where that lies elsewhere. */
  readonly origins: string[];
  private readonly server: Awaited<ReturnType<typeof serve>>;
  private readonly cookies = new Map<string, string>();
  private count = 0;
  admin!: Person;

  private constructor(server: Awaited<ReturnType<typeof serve>>, signalling = server.url) {
    this.server = server;
    this.url = server.url;
    this.origins = [server.url, signalling.replace(/^ws/, "http")];
    if (!server.setupLink) throw new Error(`the server printed no setup link\n${server.output()}`);
    this.setupLink = server.setupLink;
  }

  /** Only started: nobody has an account yet. */
  static async bare(settings: Record<string, string> = {}): Promise<House> {
    return new House(await serve(settings), settings.RENNSTEIG__HTTP__SIGNALING_URL);
  }

  /** With its first administrator. */
  static async open(settings: Record<string, string> = {}): Promise<House> {
    const house = await House.bare(settings);
    const admin = { name: "Ada Verwalter", email: "ada@example.org", password: PASSWORD };
    const secret = house.setupLink.split("#")[1];
    const answer = await house.send("POST", "/setup", { secret, ...admin });
    const { person } = (await answer.json()) as { person: { id: string } };
    house.admin = { ...admin, id: person.id };
    house.keepCookie(house.admin, answer);
    return house;
  }

  output(): string {
    return this.server.output();
  }

  /** Ends the server without warning and starts it again with the same data and ports. */
  restart(): Promise<void> {
    return this.server.restart();
  }

  close(): Promise<void> {
    return this.server.stop();
  }

  /** Somebody with an account; the mail address is unique. */
  async person(name: string, roles: string[] = []): Promise<Person> {
    this.count += 1;
    const email = `${name.toLowerCase().replace(/[^a-z]+/g, ".")}.${this.count}@example.org`;
    const body = { name, email, password: PASSWORD, roles, locale: "de" };
    const { id } = await this.ask<{ id: string }>(this.admin, "POST", "/people", body);
    return { id, name, email, password: PASSWORD };
  }

  /** A meeting that starts within the minute unless the wish says otherwise. */
  book(organiser: Person, wish: Wish): Promise<Booking> {
    const start = Date.now() + (wish.startsIn ?? 1) * 60_000;
    return this.ask<Booking>(organiser, "POST", "/bookings", {
      title: wish.title,
      description: "",
      start: wallTime(start),
      end: wallTime(start + 30 * 60_000),
      zone: ZONE,
      rooms: wish.rooms ?? [],
      guests_wait: wish.guestsWait ?? true,
      people: wish.people ?? [],
      guests: wish.guests ?? [],
    });
  }

  /** Asks the API as a person; anything but success is an error with the server's own words. */
  async ask<T>(person: Person, method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<T> {
    if (!this.cookies.has(person.id)) {
      const { email, password } = person;
      this.keepCookie(person, await this.send("POST", "/session", { email, password }));
    }
    const answer = await this.send(method, path, body, { ...headers, cookie: this.cookies.get(person.id)! });
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }

  /** One request without a browser. */
  async send(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Response> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { origin: this.url, ...(body && { "content-type": "application/json" }), ...headers },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  private keepCookie(person: Person, answer: Response) {
    const cookie = answer.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
    if (!cookie) throw new Error("signed in, but no cookie was set");
    this.cookies.set(person.id, cookie);
  }
}

/** `2026-11-24T09:30` on a wall in Berlin. */
export function wallTime(at: number): string {
  return new Date(at).toLocaleString("sv-SE", { timeZone: ZONE }).replace(" ", "T").slice(0, 16);
}
