import { client, dataOf, done } from "./client";
import type { CodeMatch, JoinAnswer, JoinBody, LineTrialAnswer, Meeting, Moderation, RunningMeeting, RunningMeetingDetail, ServerNode, WaitingPerson, Webhook } from "./contract";

/** The secret of a personal link travels in a header or body, never in an address. */
export const readMeeting = (id: string, secret?: string): Promise<Meeting> =>
  dataOf(client.GET("/api/v1/meetings/{id}", { params: { path: { id } }, headers: secret ? { "X-Guest-Secret": secret } : {} }));

/** Two tokens for a meeting of one's own, to try the line in. */
export const tryLine = (id: string, secret?: string): Promise<LineTrialAnswer> =>
  dataOf(client.POST("/api/v1/meetings/{id}/line-trial", { params: { path: { id } }, headers: secret ? { "X-Guest-Secret": secret } : {} }));

export const join = (id: string, body: JoinBody): Promise<JoinAnswer> => dataOf(client.POST("/api/v1/meetings/{id}/join", { params: { path: { id } }, body }));

export const listWaiting = async (id: string): Promise<WaitingPerson[]> => (await dataOf(client.GET("/api/v1/meetings/{id}/waiting", { params: { path: { id } } }))).items;
export const admit = (id: string, admission_id: string): Promise<void> => done(client.POST("/api/v1/meetings/{id}/waiting/{admission_id}/admit", { params: { path: { id, admission_id } } }));
export const reject = (id: string, admission_id: string, words?: string): Promise<void> => done(client.POST("/api/v1/meetings/{id}/waiting/{admission_id}/reject", { params: { path: { id, admission_id } }, ...(words && { body: { words } }) }));
export const takeBack = (id: string, admission_id: string): Promise<void> => done(client.POST("/api/v1/meetings/{id}/waiting/{admission_id}/take-back", { params: { path: { id, admission_id } } }));
export const removeParticipant = (id: string, identity: string): Promise<void> => done(client.POST("/api/v1/meetings/{id}/participants/{identity}/remove", { params: { path: { id, identity } } }));
export const sendBack = (id: string, identity: string): Promise<void> => done(client.POST("/api/v1/meetings/{id}/participants/{identity}/send-back", { params: { path: { id, identity } } }));
export const endMeeting = (id: string): Promise<void> => done(client.POST("/api/v1/meetings/{id}/end", { params: { path: { id } } }));
export const moderate = (id: string, body: Moderation): Promise<void> => done(client.POST("/api/v1/meetings/{id}/moderate", { params: { path: { id } }, body }));
export const lockMeeting = (id: string, locked: boolean): Promise<void> => done(client.POST(locked ? "/api/v1/meetings/{id}/lock" : "/api/v1/meetings/{id}/unlock", { params: { path: { id } } }));

export const listRunning = async (): Promise<RunningMeeting[]> => (await dataOf(client.GET("/api/v1/admin/meetings"))).items;
export const readRunning = (id: string): Promise<RunningMeetingDetail> => dataOf(client.GET("/api/v1/admin/meetings/{id}", { params: { path: { id } } }));
export const findByHelpCode = async (code: string): Promise<CodeMatch[]> => (await dataOf(client.GET("/api/v1/admin/help-codes/{code}", { params: { path: { code } } }))).items;

export const listNodes = async (): Promise<ServerNode[]> => (await dataOf(client.GET("/api/v1/admin/nodes"))).items;
export const drainNode = (node: string, draining: boolean): Promise<void> => done(client.PUT("/api/v1/admin/nodes/{node}/draining", { params: { path: { node } }, body: { draining } }));

/** The newest first; `before` reads on. */
export const listWebhooks = async (state: Webhook["state"] | undefined, before: number): Promise<Webhook[]> => (await dataOf(client.GET("/api/v1/admin/webhooks", { params: { query: { newest: true, before, state, limit: 50 } } }))).items;
export const resendWebhook = (position: number): Promise<void> => done(client.POST("/api/v1/admin/webhooks/{position}/resend", { params: { path: { position } } }));

/** Says that somebody is there, so that the rooms are not released. */
export const checkIn = (id: string): Promise<{ is_released: boolean }> => dataOf(client.POST("/api/v1/meetings/{id}/check-in", { params: { path: { id } } }));
