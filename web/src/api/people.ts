import type { Delegation, Person, Session, SystemRole } from "./contract";
import { send } from "./send";

export const readSession = async (): Promise<Session> => (await send<Session>("GET", "/session")).data;
export const signIn = async (email: string, password: string): Promise<Session> => (await send<Session>("POST", "/session", { body: { email, password } })).data;
export const signOut = async (): Promise<void> => void (await send("DELETE", "/session"));
export const setUp = async (body: { secret: string; name: string; email: string; password: string }): Promise<Session> =>
  (await send<Session>("POST", "/setup", { body })).data;

export const findPeople = async (search: string, limit = 8): Promise<Person[]> => (await send<{ items: Person[] }>("GET", "/people", { query: { search, limit } })).data.items;
export type NewPerson = { name: string; email: string; password: string; roles: SystemRole[]; locale: string };
export const addPerson = async (body: NewPerson): Promise<Person> => (await send<Person>("POST", "/people", { body })).data;
export type PersonChange = { name?: string; roles?: SystemRole[]; password?: string; disabled?: boolean; locale?: string };
export const changePerson = async (id: string, body: PersonChange): Promise<Person> => (await send<Person>("PATCH", `/people/${id}`, { body })).data;

export const listDelegations = async (): Promise<{ given: Delegation[]; held: Delegation[] }> =>
  (await send<{ given: Delegation[]; held: Delegation[] }>("GET", "/delegations")).data;
export const addDelegation = async (body: { delegate: string; rights: string[]; valid_until?: string }): Promise<Delegation> =>
  (await send<Delegation>("POST", "/delegations", { body })).data;
export const endDelegation = async (id: string): Promise<void> => void (await send("DELETE", `/delegations/${id}`));
