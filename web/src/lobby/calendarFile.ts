import type { Meeting } from "../api/contract";

/** A calendar file for one meeting, with the link by which this person came. Times are UTC. */
export function calendarFile({ title, start, end }: Pick<Meeting, "title" | "start" | "end">, link: string, id: string, now: Date): string {
  const stamp = (instant: string | Date) => new Date(instant).toISOString().replace(/[-:]|\.\d+/g, "");
  const lines = [
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Rennsteig//DE", "METHOD:PUBLISH", "BEGIN:VEVENT",
    `UID:${id}@rennsteig`, `DTSTAMP:${stamp(now)}`, `DTSTART:${stamp(start)}`, `DTEND:${stamp(end)}`,
    `SUMMARY:${escaped(title)}`, `LOCATION:${escaped(link)}`, `URL:${link.replace(/[\r\n]/g, "")}`, "END:VEVENT", "END:VCALENDAR",
  ];
  return lines.map(folded).join("\r\n") + "\r\n";
}

const escaped = (text: string) => text.replace(/[\\;,]/g, (sign) => `\\${sign}`).replace(/\r?\n/g, "\\n");

/** No line is longer than 75 bytes (RFC 5545, 3.1); a letter is never torn apart. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  let bytes = 0;
  let folding = "";
  for (const sign of line) {
    const size = encoder.encode(sign).length;
    if (bytes + size > 74) {
      folding += "\r\n ";
      bytes = 1;
    }
    folding += sign;
    bytes += size;
  }
  return folding;
}
