import { useState } from "react";
import { renewGuestLink } from "../api/bookings";
import type { Booking, Guest } from "../api/contract";
import { CopyButton } from "../form/CopyButton";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { Confirm } from "../overlay/Confirm";
import { initials } from "../shell/initials";
import { useWords } from "../words/useWords";
import { linkOf, rememberLink } from "./links";
import { MailAddress } from "./MailAddress";
import { Replied } from "./Replied";

/** Guests with their personal links. A link is shown once; a new one ends the old. */
export function GuestLinks({ booking, mayRenew }: { booking: Booking; mayRenew: boolean }) {
  const { t } = useWords();
  const [renewing, setRenewing] = useState<Guest>();
  const [, showAgain] = useState(0);
  if (booking.guests.length === 0) return null;
  const fresh = booking.guests.some((guest) => linkOf(guest.id));
  return (
    <section className="card pad stack" aria-labelledby="guests">
      <h2 id="guests">{t("book.guests")}</h2>
      {fresh && <Notice title={t("guests.onceTitle")}>{t("guests.once")}</Notice>}
      <ul className="invited guestlinks">
        {booking.guests.map((guest) => {
          const link = linkOf(guest.id);
          return (
            <li key={guest.id}>
              <span className="avatar" aria-hidden="true">{initials(guest.name)}</span>
              <span className="name">{guest.name}<small>{guest.email ? <MailAddress address={guest.email} /> : t("book.noMail")}</small><Replied reply={guest.reply} zone={booking.zone} /></span>
              {!link && mayRenew && <button type="button" className="kern-btn kern-btn--tertiary" aria-label={t("guests.renewNamed", { name: guest.name })} onClick={() => setRenewing(guest)}><Icon name="refresh-cw" size={20} />{t("guests.renew")}</button>}
              {link && (
                <div className="fresh">
                  <p className="linkbox">{link}</p>
                  <CopyButton className="kern-btn kern-btn--secondary" text={link} label={t("guests.copy")} name={t("guests.copyNamed", { name: guest.name })} />
                </div>
              )}
            </li>
          );
        })}
      </ul>
      <Confirm
        title={t("guests.renewTitle")}
        text={t("guests.renewText", { name: renewing?.name })}
        action={t("guests.renew")}
        open={renewing !== undefined}
        onClose={() => setRenewing(undefined)}
        onConfirm={async () => {
          const { link } = await renewGuestLink(booking.id, renewing!.id);
          rememberLink(renewing!.id, link);
          showAgain((count) => count + 1);
        }}
      />
    </section>
  );
}
