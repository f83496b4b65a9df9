import { type KeyboardEvent, useRef, useState } from "react";
import { Check, Field } from "../form/Field";
import { Icon } from "../icons/Icon";
import { initials } from "../shell/initials";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import type { Draft } from "./draft";
import { MailAddress } from "./MailAddress";

type Props = { guests: Draft["guests"]; wait: boolean; onChange: (guests: Draft["guests"]) => void; onWait: (wait: boolean) => void };

/** People without an account; each gets a personal link. */
export function GuestFields({ guests, wait, onChange, onWait }: Props) {
  const { t } = useWords();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [wrong, setWrong] = useState(false);
  const nameField = useRef<HTMLInputElement>(null);
  const add = () => {
    setWrong(name.trim() === "");
    nameField.current?.focus();
    if (name.trim() === "") return;
    onChange([...guests, { name: name.trim(), email: email.trim() }]);
    announce(t("book.guestAdded", { name: name.trim() }));
    setName("");
    setEmail("");
  };
  // Enter in these fields adds the guest; it must not send the whole booking.
  const onEnter = (event: KeyboardEvent) => event.key === "Enter" && (event.preventDefault(), add());
  return (
    <section className="card pad stack" aria-labelledby="guests">
      <div><h2 id="guests">{t("book.guests")}</h2><p className="muted">{t("book.guestsLead")}</p></div>
      {guests.length > 0 && (
        <ul className="invited">
          {guests.map((guest, index) => (
            <li key={guest.id ?? index}>
              <span className="avatar" aria-hidden="true">{initials(guest.name)}</span>
              <span className="name">{guest.name}<small>{guest.email ? <MailAddress address={guest.email} /> : t("book.noMail")}</small></span>
              <button type="button" className="kern-btn kern-btn--tertiary square" aria-label={t("book.removeNamed", { name: guest.name })} onClick={() => onChange(guests.filter((_, each) => each !== index))}><Icon name="x" size={20} /></button>
            </li>
          ))}
        </ul>
      )}
      <div className="fields">
        <Field className="c3" label={t("book.guestName")} wrong={wrong ? t("fault.guestName") : undefined}><input ref={nameField} value={name} maxLength={120} autoComplete="off" onKeyDown={onEnter} onChange={(event) => setName(event.target.value)} /></Field>
        <Field className="c3" label={t("book.guestMail")}><input type="email" value={email} maxLength={254} autoComplete="off" onKeyDown={onEnter} onChange={(event) => setEmail(event.target.value)} /></Field>
      </div>
      <button type="button" className="kern-btn kern-btn--secondary" onClick={add}><Icon name="plus" size={20} />{t("book.addGuest")}</button>
      <Check label={t("book.guestsWait")} hint={t("book.guestsWaitHint")} checked={wait} onChange={onWait} />
    </section>
  );
}
