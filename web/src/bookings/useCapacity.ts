import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { checkBooking } from "../api/capacity";
import type { BookingBody, Capacity } from "../api/contract";
import { type Draft, bodyOf } from "./draft";

/** Only what the lines depend on: who writes a title or a name asks nothing. */
export function questionOf(draft: Draft): BookingBody {
  const { start, end, zone, organiser, rooms, people, guests, recurrence, profile } = bodyOf({ ...draft, exceptions: [], giveUp: [] });
  return { title: "–", start, end, zone, organiser, rooms, people, guests: (guests ?? []).map(() => ({ name: "" })), recurrence, profile };
}

/** Whether the lines carry what the form asks for, told while it is filled in. What cannot be asked yet is no fault. */
export function useCapacity(draft: Draft, enabled: boolean): Capacity | undefined {
  const question = questionOf(draft);
  const checked = useQuery({ queryKey: ["capacity", question], queryFn: () => checkBooking(question), enabled, retry: false, placeholderData: keepPreviousData });
  return enabled && !checked.isError ? (checked.data?.capacity ?? undefined) : undefined;
}
