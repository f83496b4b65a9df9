import { heard } from "../harness/heard.ts";
import { expect, test } from "../harness/scenario.ts";
import { noonZone } from "../harness/tour.ts";

const page = (name: string, count: number, act = "Verlassen") => `- banner:
  - heading "${name}" [level=1]
  - paragraph: "Ihre Verbindung: gut"
- list "Teilnehmende":
${Array.from({ length: count }, (_, at) => `  - listitem: "${name} ${at} (Sie) , Mikrofon aus"`).join("\n")}
- group "Besprechung steuern":
  - 'button "Chat, ${count} neue Nachrichten" [pressed]'
  - button "${act}"
- status: ${name} ist beigetreten
- status
`;

test("names, numbers and announcements make no difference to a stored tree", () => {
  expect(heard(page("Anna Weimar", 2), "de")).toBe(heard(page("Bernd Gotha-Ohrdruf", 5), "de"));
});

test("a control that loses its text, a state or its role makes one", () => {
  const stored = heard(page("Anna Weimar", 2), "de");
  expect(stored).toContain('- button "Verlassen"');
  for (const [was, is] of [["Verlassen", "Gehen"], [" [pressed]", ""], ["- group ", "- region "]]) {
    expect(heard(page("Anna Weimar", 2).replace(was!, is!), "de")).not.toBe(stored);
  }
});

test("at every hour of the day there is a zone in which it is noon", () => {
  for (let hour = 0; hour < 24; hour += 1) {
    for (const minute of ["00", "59"]) {
      const now = new Date(`2026-11-23T${String(hour).padStart(2, "0")}:${minute}:30Z`);
      expect(now.toLocaleTimeString("en-GB", { timeZone: noonZone(now) })).toBe(`12:${minute}:30`);
    }
  }
});
