import type { Booking } from "../api/contract";
import { initials } from "../shell/initials";
import { useWords } from "../words/useWords";
import { Replied } from "./Replied";

export function Invited({ booking }: { booking: Booking }) {
  const { t } = useWords();
  return (
    <section className="card pad stack" aria-labelledby="invited">
      <h2 id="invited">{t("book.people")}</h2>
      <ul className="invited">
        <li><span className="avatar" aria-hidden="true">{initials(booking.organiser.name)}</span><span className="name">{booking.organiser.name}<small>{t("booking.organiser")}</small></span></li>
        {booking.people.filter((each) => each.person.id !== booking.organiser.id).map(({ id, person, role, reply }) => (
          <li key={id}><span className="avatar" aria-hidden="true">{initials(person.name)}</span><span className="name">{person.name}<small>{t(`role.${role}`)}</small><Replied reply={reply} zone={booking.zone} /></span></li>
        ))}
      </ul>
    </section>
  );
}
