import { useEffect, useRef, useState } from "react";
import type { RunningMeeting, RunningMeetingDetail } from "../api/contract";
import { listen } from "../api/events";
import { listRunning, readRunning } from "../api/meetings";
import { keepOrder } from "./quality";

type Live<T> = { data: T | undefined; error: unknown; at: Date | undefined };

/** What runs now, renewed every second by the server. Rows keep their places. */
export function useRunning(): Live<RunningMeeting[]> {
  const order = useRef<string[]>([]);
  return useLive("/admin/meetings/events", "meetings", listRunning, (data) => {
    const items = keepOrder(order.current, Array.isArray(data) ? (data as RunningMeeting[]) : ((data as { items?: RunningMeeting[] }).items ?? []), (item) => item.meeting_id);
    order.current = items.map((item) => item.meeting_id);
    return items;
  });
}

export function useRunningDetail(id: string): Live<RunningMeetingDetail> {
  return useLive(`/admin/meetings/${encodeURIComponent(id)}/events`, "meeting", () => readRunning(id), (data) => data as RunningMeetingDetail);
}

function useLive<T>(path: string, event: string, read: () => Promise<unknown>, shape: (data: unknown) => T): Live<T> {
  const [live, setLive] = useState<Live<T>>({ data: undefined, error: undefined, at: undefined });
  const how = useRef({ read, shape });
  how.current = { read, shape };
  useEffect(() => {
    const stop = new AbortController();
    setLive({ data: undefined, error: undefined, at: undefined });
    const take = (data: unknown) => !stop.signal.aborted && setLive({ data: how.current.shape(data), error: undefined, at: new Date() });
    how.current.read().then(take, (error: unknown) => !stop.signal.aborted && setLive((before) => ({ ...before, error })));
    void listen(path, { signal: stop.signal, onEvent: (each) => each.name === event && take(each.data), onRefused: () => undefined });
    return () => stop.abort();
  }, [path, event]);
  return live;
}
