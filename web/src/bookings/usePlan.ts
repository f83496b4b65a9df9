import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { checkBooking } from "../api/capacity";
import type { BookingBody, Checked } from "../api/contract";
import type { Draft } from "./draft";
import { isTold, questionOf } from "./plan";

/** So long nothing is asked while somebody goes on writing. */
const PAUSE_MS = 400;

export type Plan = {
  /** What would become of it; of the question before, while a new one is on its way. */
  checked: Checked | undefined;
  /** A refusal worth telling now. */
  refusal: unknown;
  /** Is this the answer to what the form holds now? */
  isCurrent: boolean;
  again: () => void;
};

/** What would become of what the form asks for, told while it is filled in. What cannot be asked yet is no fault. */
export function usePlan(draft: Draft, changes: string | undefined, enabled: boolean): Plan {
  const now = questionOf(draft);
  const question = useSettled(now);
  const asked = useQuery({
    queryKey: ["plan", changes, question],
    queryFn: ({ signal }) => checkBooking(question, changes, signal),
    enabled,
    retry: false,
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
  const again = () => void asked.refetch();
  if (!enabled) return { checked: undefined, refusal: undefined, isCurrent: false, again };
  const isCurrent = !asked.isPlaceholderData && !asked.isPending && JSON.stringify(question) === JSON.stringify(now);
  return { checked: asked.isError ? undefined : asked.data, refusal: isTold(asked.error) ? asked.error : undefined, isCurrent, again };
}

/** The question once it has stood still. */
function useSettled(question: BookingBody): BookingBody {
  const [settled, setSettled] = useState(question);
  const text = JSON.stringify(question);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(JSON.parse(text) as BookingBody), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return settled;
}
