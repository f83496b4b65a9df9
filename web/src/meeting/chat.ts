export type Message = {
  id: string;
  at: number;
  name: string;
  own: boolean;
  text: string;
  /** Who alone reads it, beside the sender; without, everybody does. */
  onlyTo?: string;
};

export const chatTopic = "lk.chat";
/** Says to the one reader that nobody else reads it. Who gets a message the server decides by its receivers alone. */
const onlyAttribute = "only_to";

/** How a message is sent: to everybody, or to one person alone. */
export const chatTo = (identity: string | undefined) => ({ topic: chatTopic, ...(identity !== undefined && { destinationIdentities: [identity], attributes: { [onlyAttribute]: identity } }) });
export const isOnlyToOne = (attributes: Record<string, string> | undefined) => attributes?.[onlyAttribute] !== undefined;
export const longest = 4000;

/** Messages in the order of their time; one that arrives twice stays one. */
export function withMessage(messages: Message[], message: Message): Message[] {
  if (messages.some((each) => each.id === message.id)) return messages;
  return [...messages, message].sort((one, two) => one.at - two.at);
}

export type Piece = { text: string } | { link: string };

/** Finds web addresses in a message; everything else stays plain text. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"]+/g)) {
    const link = match[0].replace(/[.,;:!?)\]]+$/, "");
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ link });
    end = match.index + link.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}
