import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import { setUp } from "../api/people";
import { isProblem } from "../api/problem";
import { Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { usePageTitle } from "../shell/usePageTitle";
import { useWords } from "../words/useWords";
import { Gate } from "./Gate";
import { sessionKey } from "./useSession";

/** The first administrator, by the one-time link the server printed. Its secret stays in the fragment, which never leaves the browser by itself. */
export default function SetUp() {
  const { t, explain } = useWords();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [secret] = useState(() => location.hash.slice(1));
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  usePageTitle(t("setUp.title"));
  const badPassword = isProblem(error, "invalid") && error.field === "password";

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name));
    setBusy(true);
    setError(undefined);
    try {
      queries.setQueryData(sessionKey, await setUp({ secret, name: text("name").trim(), email: text("email").trim(), password: text("password") }));
      go("/", { replace: true });
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
          <h1>{t("setUp.title")}</h1>
          <p className="muted">{t("setUp.lead")}</p>
        </div>
        {error !== undefined && !badPassword && <Notice kind="danger">{explain(error)}</Notice>}
        {secret === "" && <Notice kind="danger">{t("setUp.noSecret")}</Notice>}
        <form onSubmit={(event) => void submit(event)}>
          <Field label={t("setUp.name")}><input name="name" autoComplete="name" required maxLength={120} /></Field>
          <Field label={t("signIn.email")}><input name="email" type="email" autoComplete="username" required /></Field>
          <Field label={t("signIn.password")} hint={t("setUp.passwordHint")} wrong={badPassword ? t("setUp.passwordHint") : undefined}>
            <input name="password" type="password" autoComplete="new-password" required minLength={12} maxLength={128} />
          </Field>
          <button className="kern-btn kern-btn--primary block" type="submit" disabled={busy || secret === ""}>{t("setUp.submit")}</button>
        </form>
      </div>
    </Gate>
  );
}
