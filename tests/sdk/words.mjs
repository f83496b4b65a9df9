/** What participants say to each other beside media: to one alone, long texts, files, calls. */

const LIMIT_MS = 45_000;
/** Longer than one message may be, and nothing that can be packed, so that it comes in pieces. */
const ALPHABET = [..."äöüßABCDEFGH🌲ijklmnopqrstuvwxyz0123"];
const LETTERS = Array.from({ length: 40_000 }, (_, at) => ALPHABET[((at * at * 7_919) % 1_000_003) % ALPHABET.length]);
const TEXT = LETTERS.join("");
const FILE_BYTES = 150_000;
const sumOf = (numbers) => numbers.reduce((sum, number) => sum + number, 0);
const text = { length: LETTERS.length, sum: sumOf(LETTERS.map((letter) => letter.codePointAt(0))) };
const file = { length: FILE_BYTES, sum: sumOf(Array.from({ length: FILE_BYTES }, (_, at) => (at * 31) % 256)) };
const same = (got, wanted) => got !== undefined && Object.entries(wanted).every(([key, value]) => got[key] === value);

/** Each says something to the next one alone, writes and sends to all, and calls the next one. */
export async function exchangeWords(clients, ask, judge) {
  const next = (at) => clients[(at + 1) % clients.length];
  await Promise.all(
    clients.map(async (client, at) => {
      // The channel keeps the order: what is between the two was not sent to the next one.
      await client.act("tell", `one from ${client.name}`, next(at).name);
      await client.act("tell", "not for you", "somebody else");
      await client.act("tell", `two from ${client.name}`, next(at).name);
      await client.act("write", TEXT);
      await client.act("send", `papers of ${client.name}`, FILE_BYTES);
      const answer = await client.act("call", next(at).name).catch((error) => error.message);
      judge(`${next(at).name} answers a call of ${client.name}: ${answer}`, answer === "waves back");
    }),
  );
  for (const [at, client] of clients.entries()) {
    const others = clients.filter((other) => other !== client);
    const from = clients.at(at - 1).name;
    const all = ({ told, texts, files }) =>
      told.length >= 2 && others.every(({ name }) => texts[name] !== undefined && files[name] !== undefined);
    const { told, texts, files } = await ask(() => client.view(), all, LIMIT_MS);
    const alone = `one from ${from},two from ${from}`;
    judge(`${client.name} reads what is for it alone: ${told}`, told.join() === alone);
    for (const { name } of others) {
      judge(`${client.name} reads the whole text of ${name}: ${JSON.stringify(texts[name])}`, same(texts[name], text));
      const named = { ...file, name: `papers of ${name}` };
      judge(`${client.name} gets the whole file of ${name}: ${JSON.stringify(files[name])}`, same(files[name], named));
    }
  }
}
