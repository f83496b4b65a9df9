import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Suspense, lazy } from "react";
import { I18nProvider } from "react-aria-components";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { Problem } from "./api/problem";
import { Notice } from "./form/Notice";
import { signInPath } from "./session/next";
import { useSession } from "./session/useSession";
import { Announcer } from "./shell/Announcer";
import { Safety } from "./shell/Safety";
import { Shell } from "./shell/Shell";
import { useWords } from "./words/useWords";

// One chunk per page: who only joins a meeting never loads the administration.
const SignIn = lazy(() => import("./session/SignIn"));
const SetUp = lazy(() => import("./session/SetUp"));
const Visit = lazy(() => import("./lobby/Visit"));
const MyBookings = lazy(() => import("./bookings/MyBookings"));
const NewBooking = lazy(() => import("./bookings/NewBooking"));
const BookingPage = lazy(() => import("./bookings/BookingPage"));
const Rooms = lazy(() => import("./rooms/Rooms"));
const People = lazy(() => import("./people/People"));
const Delegations = lazy(() => import("./delegations/Delegations"));
const Running = lazy(() => import("./admin/Running"));
const Accessibility = lazy(() => import("./shell/Accessibility"));
const NotFound = lazy(() => import("./shell/NotFound"));

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays a refusal; only a lost server is worth asking again.
      retry: (failures, error) => failures < 2 && error instanceof Problem && (error.status === 0 || error.status >= 500),
      staleTime: 10_000,
    },
  },
});

export function App() {
  const { language } = useWords();
  return (
    <QueryClientProvider client={queries}>
      <I18nProvider locale={language === "en" ? "en-GB" : "de-DE"}>
        <Safety>
        <Suspense fallback={<Loading />}>
          <Switch>
            <Route path="/sign-in"><SignIn /></Route>
            <Route path="/setup"><SetUp /></Route>
            <Route path="/m/:id">{({ id }) => <Visit key={id} id={id} />}</Route>
            <Route><Desk /></Route>
          </Switch>
        </Suspense>
        </Safety>
        <Announcer />
      </I18nProvider>
    </QueryClientProvider>
  );
}

/** The pages for signed-in people. */
function Desk() {
  const { explain } = useWords();
  const session = useSession();
  const [path] = useLocation();
  if (session.isPending) return <Loading />;
  if (session.error) return <main className="main"><Notice kind="danger">{explain(session.error)}</Notice></main>;
  if (!session.data) return path === "/accessibility" ? <main className="main"><Accessibility /></main> : <Redirect to={signInPath(path)} replace />;
  const { may } = session.data;
  return (
    <Shell session={session.data}>
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path="/"><MyBookings session={session.data} /></Route>
          <Route path="/bookings/new"><NewBooking session={session.data} /></Route>
          <Route path="/bookings/:id">{({ id }) => <BookingPage key={id} id={id} session={session.data!} />}</Route>
          <Route path="/rooms"><Rooms mayManage={may.manage_rooms} /></Route>
          <Route path="/delegations"><Delegations session={session.data} /></Route>
          {may.manage_people && <Route path="/people"><People me={session.data.person.id} /></Route>}
          {may.see_running_meetings && <Route path="/admin/meetings"><Running /></Route>}
          <Route path="/accessibility"><Accessibility /></Route>
          <Route><NotFound /></Route>
        </Switch>
      </Suspense>
    </Shell>
  );
}

function Loading() {
  const { t } = useWords();
  return <p className="loading" role="status">{t("page.loading")}</p>;
}
