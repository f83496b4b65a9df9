import { useQuery } from "@tanstack/react-query";
import { listBookings } from "../api/bookings";
import type { RoomWait } from "../api/contract";
import { bookingPath } from "./facts";
import { withoutRoom } from "./waits";

/** The meeting one has at the time of an offer without the room, and where it is added to it. */
export function useWithoutRoom(wait: RoomWait | undefined): { title: string; href: string } | undefined {
  const bookings = useQuery({
    queryKey: ["bookings", wait?.start, wait?.end],
    queryFn: () => listBookings(wait!.start, wait!.end),
    enabled: wait?.offered_until !== undefined,
  });
  const found = wait && withoutRoom(wait, bookings.data ?? []);
  return found && { title: found.title, href: `${bookingPath(found)}?add=${wait.room.id}` };
}
