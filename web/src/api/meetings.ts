import type { JoinAnswer, Meeting, RunningMeeting, RunningMeetingDetail, WaitingPerson } from "./contract";
import { send } from "./send";

/** The secret of a personal link travels in a header or body, never in an address. */
export const readMeeting = async (id: string, secret?: string): Promise<Meeting> =>
  (await send<Meeting>("GET", `/meetings/${id}`, { headers: secret ? { "X-Guest-Secret": secret } : {} })).data;

export const join = async (id: string, body: { name?: string; secret?: string; ticket?: string }): Promise<JoinAnswer> =>
  (await send<JoinAnswer>("POST", `/meetings/${id}/join`, { body })).data;

export const listWaiting = async (id: string): Promise<WaitingPerson[]> => (await send<{ items: WaitingPerson[] }>("GET", `/meetings/${id}/waiting`)).data.items;
export const admit = async (id: string, person: string): Promise<void> => void (await send("POST", `/meetings/${id}/waiting/${person}/admit`));
export const reject = async (id: string, person: string): Promise<void> => void (await send("POST", `/meetings/${id}/waiting/${person}/reject`));
export const removeParticipant = async (id: string, identity: string): Promise<void> =>
  void (await send("POST", `/meetings/${id}/participants/${encodeURIComponent(identity)}/remove`));
export const endMeeting = async (id: string): Promise<void> => void (await send("POST", `/meetings/${id}/end`));
export const lockMeeting = async (id: string, locked: boolean): Promise<void> => void (await send("POST", `/meetings/${id}/${locked ? "lock" : "unlock"}`));

export const listRunning = async (): Promise<RunningMeeting[]> => (await send<{ items: RunningMeeting[] }>("GET", "/admin/meetings")).data.items;
export const readRunning = async (id: string): Promise<RunningMeetingDetail> => (await send<RunningMeetingDetail>("GET", `/admin/meetings/${id}`)).data;
