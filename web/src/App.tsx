import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Suspense, lazy } from "react";
import { I18nProvider } from "react-aria-components";
import { Route, Switch } from "wouter";
import { Problem } from "./api/problem";
import { Loading } from "./shell/Loading";
import { Announcer } from "./shell/Announcer";
import { Safety } from "./shell/Safety";
import { withWords } from "./words/language";
import { useWords } from "./words/useWords";

// One chunk per page: who only joins a meeting never loads the desk and its menus.
const SignIn = lazy(() => import("./session/SignIn"));
const SetUp = lazy(() => import("./session/SetUp"));
const Visit = lazy(withWords("visit", () => import("./lobby/Visit")));
const Desk = lazy(withWords("desk", () => import("./Desk")));
const EasyRead = lazy(withWords("easy", () => import("./shell/EasyRead")));

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
            <Route path="/leichte-sprache"><EasyRead /></Route>
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
