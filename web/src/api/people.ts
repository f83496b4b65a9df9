import { client, dataOf, done } from "./client";
import type { Delegation, DelegationBody, NewPerson, Person, PersonChange, Session } from "./contract";

export const readSession = (): Promise<Session> => dataOf(client.GET("/api/v1/session"));
export const signIn = (email: string, password: string): Promise<Session> => dataOf(client.POST("/api/v1/session", { body: { email, password } }));
export const signOut = (): Promise<void> => done(client.DELETE("/api/v1/session"));
export const setUp = (body: { secret: string; name: string; email: string; password: string }): Promise<Session> => dataOf(client.POST("/api/v1/setup", { body }));

export const findPeople = async (search: string, limit = 8): Promise<Person[]> => (await dataOf(client.GET("/api/v1/people", { params: { query: { search, limit } } }))).items;
export const addPerson = (body: NewPerson): Promise<Person> => dataOf(client.POST("/api/v1/people", { body }));
export const changePerson = (id: string, body: PersonChange): Promise<Person> => dataOf(client.PATCH("/api/v1/people/{id}", { params: { path: { id } }, body }));

export const listDelegations = (): Promise<{ given: Delegation[]; held: Delegation[] }> => dataOf(client.GET("/api/v1/delegations"));
export const addDelegation = (body: DelegationBody): Promise<Delegation> => dataOf(client.POST("/api/v1/delegations", { body }));
export const endDelegation = (id: string): Promise<void> => done(client.DELETE("/api/v1/delegations/{id}", { params: { path: { id } } }));
