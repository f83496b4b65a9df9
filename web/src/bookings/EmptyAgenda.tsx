import { Link } from "wouter";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";

/** Nothing booked yet: a quiet picture and the way to the first meeting. */
export function EmptyAgenda() {
  const { t } = useWords();
  return (
    <section className="card empty" aria-labelledby="empty">
      <div className="pic" aria-hidden="true">
        <svg viewBox="0 0 1120 160" preserveAspectRatio="none">
          <path className="far" d="M0 118 92 82l86 42L330 36l120 80 98-42 134 72 118-58 64 32 60 16 104-20 92 26v18H0Z" />
          <path className="line" d="M0 118 92 82l86 42L330 36l120 80 98-42 134 72 118-58 64 32 60 16 104-20 92 26" />
          <path className="near" d="M0 156 172 126l174 30 164-46 184 46 170-34 256 34v4H0Z" />
        </svg>
      </div>
      <div className="intro">
        <h2 id="empty">{t("empty.title")}</h2>
        <p className="muted">{t("empty.lead")}</p>
        <Link className="kern-btn kern-btn--secondary" href="/bookings/new"><Icon name="calendar-plus" size={20} />{t("empty.plan")}</Link>
      </div>
    </section>
  );
}
