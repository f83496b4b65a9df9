import { expect, test } from "vitest";
import { Announcements } from "./announcer";

/** Announcements whose time passes when the test says so. */
function announcer() {
  const due: (() => void)[] = [];
  const announcements = new Announcements({ after: (act) => void due.push(act) });
  const heard: string[] = [];
  announcements.listen(() => heard.push(announcements.said().text));
  const pass = () => due.splice(0).forEach((act) => act());
  return { say: announcements.say, said: announcements.said, heard, pass };
}

test("what is said in a quiet moment is said at once", () => {
  const { say, heard, pass } = announcer();
  say("Anna Weimar ist beigetreten");
  expect(heard).toEqual(["Anna Weimar ist beigetreten"]);
  pass();
  say("Bernd Gotha ist beigetreten");
  expect(heard).toHaveLength(2);
});

test("two messages in one moment are both heard, in order and each for a while", () => {
  const { say, heard, pass } = announcer();
  say("Sie sind in der Besprechung");
  say("Sie hören zu.");
  expect(heard).toEqual(["Sie sind in der Besprechung"]);
  pass();
  expect(heard).toEqual(["Sie sind in der Besprechung", "Sie hören zu."]);
});

test("what gathers while a message stands is said together, and no sentence runs into the next", () => {
  const { say, heard, pass } = announcer();
  for (const text of ["Eins", "Zwei", "Drei.", "Vier"]) say(text);
  pass();
  expect(heard).toEqual(["Eins", "Zwei. Drei. Vier"]);
  pass();
  expect(heard, "nothing is said twice").toHaveLength(2);
});

test("the same sentence in one moment is heard once, later again, and each time as a message of its own", () => {
  const { say, said, heard, pass } = announcer();
  say("Mikrofon aus");
  say("Mikrofon aus");
  say("Kamera aus");
  say("Kamera aus");
  pass();
  pass();
  say("Kamera aus");
  expect(heard).toEqual(["Mikrofon aus", "Kamera aus", "Kamera aus"]);
  expect(said().turn, "the regions take turns").toBe(3);
});

test("nothing to say is not said", () => {
  const { say, heard, pass } = announcer();
  say("");
  pass();
  expect(heard).toEqual([]);
});
