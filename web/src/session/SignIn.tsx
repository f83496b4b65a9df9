import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { signIn } from "../api/people";
import { Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { usePageTitle } from "../shell/usePageTitle";
import { suggestLanguage } from "../words/language";
import { useWords } from "../words/useWords";
import { Gate } from "./Gate";
import { safeNext } from "./next";
import { sessionKey } from "./useSession";

export default function SignIn() {
  const { t, explain } = useWords();
  const search = useSearch();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  usePageTitle(t("signIn.title"));

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(undefined);
    try {
      const session = await signIn(String(form.get("email")).trim(), String(form.get("password")));
      suggestLanguage(session.person.locale);
      queries.setQueryData(sessionKey, session);
      go(safeNext(search), { replace: true });
    } catch (refusal) {
      setError(refusal);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Gate>
      <div className="card sheet">
        <div>
          <h1>{t("signIn.title")}</h1>
          <p className="muted">{t("signIn.lead")}</p>
        </div>
        {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
        <form onSubmit={(event) => void submit(event)}>
          <Field label={t("signIn.email")}><input name="email" type="email" autoComplete="username" required /></Field>
          <Field label={t("signIn.password")}><input name="password" type="password" autoComplete="current-password" required /></Field>
          <button className="kern-btn kern-btn--primary block" type="submit" disabled={busy}>{t("signIn.submit")}</button>
        </form>
        <Notice icon="link">{t("signIn.guest")}</Notice>
      </div>
    </Gate>
  );
}
