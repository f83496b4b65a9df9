import type { TFunction } from "i18next";
import type { Booking } from "../api/contract";
import { spokenPin } from "./pin";

/** What is pasted into an invitation of another program, as it takes it: with links, or as plain text. */
export type Block = { plain: string; html: string };

/** The way into a meeting, for an invitation that is written in Outlook. */
export function outlookBlock({ join_url, dial_in }: Pick<Booking, "join_url" | "dial_in">, t: TFunction): Block {
  const plain = [`${t("paste.join")} ${join_url}`];
  const html = [`<p><b>${escaped(t("paste.heading"))}</b></p>`, `<p>${escaped(t("paste.join"))} <a href="${escaped(join_url)}">${escaped(join_url)}</a></p>`];
  if (dial_in) {
    const or = ` ${t("booking.dialInOr")} `;
    const pin = spokenPin(dial_in.pin);
    plain.push("", `${t("paste.dialIn")} ${dial_in.numbers.join(or)}`, `${t("booking.dialInPin")} ${pin}`);
    const numbers = dial_in.numbers.map((number) => `<a href="tel:${number.replace(/[^+\d]/g, "")}">${escaped(number)}</a>`);
    html.push(`<p>${escaped(t("paste.dialIn"))} ${numbers.join(escaped(or))}<br>${escaped(t("booking.dialInPin"))} ${escaped(pin)}</p>`);
  }
  plain.push("", t("paste.guests"));
  html.push(`<p>${escaped(t("paste.guests"))}</p>`);
  return { plain: `${t("paste.heading")}\n${plain.join("\n")}\n`, html: html.join("\n") };
}

const signs: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => signs[sign]!);
