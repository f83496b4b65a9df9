/** What pages do when somebody works at them: the API, asked as a person who has signed in. */

const DAY_MS = 24 * 60 * 60 * 1000;
/** One day for the whole run, also when midnight passes. */
const TODAY = Date.now();

/** @param {string} url where the server is */
export function desk(url) {
  let cookie = "";
  return async (method, path, body, headers = {}) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { cookie, "sec-fetch-site": "same-origin", "content-type": "application/json", ...headers },
      body: body && JSON.stringify(body),
    });
    const given = answer.headers.get("set-cookie");
    if (given) cookie = given.split(";")[0];
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
}

/** Wall time in Berlin, days from now. */
export const wall = (days, hour) => `${new Date(TODAY + days * DAY_MS).toISOString().slice(0, 10)}T${hour}:00`;

/** The instant that is, whether it is summer or winter there. */
export function instant(days, hour) {
  const read = new Date(`${wall(days, hour)}:00Z`);
  const there = new Date(`${read.toLocaleString("en-US", { timeZone: "Europe/Berlin" })} UTC`);
  return new Date(2 * read.getTime() - there.getTime()).toISOString();
}

/** From ten to eleven, so many days from now. */
export const booking = (title, days, more = {}) => ({
  title,
  start: wall(days, 10),
  end: wall(days, 11),
  zone: "Europe/Berlin",
  ...more,
});
