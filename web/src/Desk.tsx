import { Suspense, lazy } from "react";
import { Redirect, Route, Switch, useLocation, useSearch } from "wouter";
import { Notice } from "./form/Notice";
import { signInPath } from "./session/next";
import { useSession } from "./session/useSession";
import { Loading } from "./shell/Loading";
import { Shell } from "./shell/Shell";
import { withWords } from "./words/language";
import { useWords } from "./words/useWords";

const MyBookings = lazy(() => import("./bookings/MyBookings"));
const NewBooking = lazy(() => import("./bookings/NewBooking"));
const BookingPage = lazy(() => import("./bookings/BookingPage"));
const TakeOver = lazy(() => import("./bookings/TakeOver"));
const Rooms = lazy(() => import("./rooms/Rooms"));
const People = lazy(() => import("./people/People"));
const Delegations = lazy(() => import("./delegations/Delegations"));
const Running = lazy(withWords("admin", () => import("./admin/Running")));
const Webhooks = lazy(withWords("admin", () => import("./admin/Webhooks")));
const Capacity = lazy(withWords("admin", () => import("./capacity/Capacity")));
const Accessibility = lazy(withWords("easy", () => import("./shell/Accessibility")));
const NotFound = lazy(() => import("./shell/NotFound"));

/** The pages for signed-in people. */
export default function Desk() {
  const { explain } = useWords();
  const session = useSession();
  const [path] = useLocation();
  const search = useSearch();
  if (session.isPending) return <Loading />;
  if (session.error) return <main className="main"><Notice kind="danger">{explain(session.error)}</Notice></main>;
  if (!session.data) return path === "/accessibility" ? <main className="main"><Accessibility /></main> : <Redirect to={signInPath(search === "" ? path : `${path}?${search}`)} replace />;
  const { may } = session.data;
  return (
    <Shell session={session.data}>
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path="/"><MyBookings session={session.data} /></Route>
          <Route path="/bookings/new"><NewBooking session={session.data} /></Route>
          <Route path="/bookings/:id/:date">{({ id, date }) => <BookingPage key={date} id={id} date={date} session={session.data!} />}</Route>
          <Route path="/bookings/:id">{({ id }) => <BookingPage key={id} id={id} session={session.data!} />}</Route>
          <Route path="/takeover"><TakeOver /></Route>
          <Route path="/rooms"><Rooms mayManage={may.manage_rooms} /></Route>
          <Route path="/delegations"><Delegations session={session.data} /></Route>
          {may.manage_people && <Route path="/people"><People me={session.data.person.id} /></Route>}
          {may.see_running_meetings && <Route path="/admin/meetings"><Running /></Route>}
          {may.see_running_meetings && <Route path="/admin/webhooks"><Webhooks /></Route>}
          {(may.manage_capacity || may.see_room_use) && <Route path="/admin/capacity"><Capacity may={may} /></Route>}
          <Route path="/accessibility"><Accessibility /></Route>
          <Route><NotFound /></Route>
        </Switch>
      </Suspense>
    </Shell>
  );
}
