import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Icon } from "../icons/Icon";
import { clock } from "../words/dates";
import { useWords } from "../words/useWords";
import { longest, piecesOf } from "./chat";
import { hereOf } from "./people";
import { useMeeting, useMeetingStore } from "./useMeeting";

/** Messages to everybody, or to one person alone. Enter sends, Shift and Enter starts a new line. */
export function ChatPanel() {
  const { t, language } = useWords();
  const store = useMeetingStore();
  const { messages, groups, people } = useMeeting();
  const others = hereOf(people).filter((person) => !person.me && !person.shownOnly);
  // Kept with its name: what was meant for one must not go to all because that one has left.
  const [to, setTo] = useState<{ identity: string; name: string }>();
  const isGone = to !== undefined && others.every(({ identity }) => identity !== to.identity);
  const toWhom = to ? t("chat.writeOnly", { name: to.name }) : t(groups.open ? "groups.write" : "chat.write");
  const [text, setText] = useState("");
  const [failed, setFailed] = useState(false);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In braces: new browsers return a promise here, which is no clean-up.
    void end.current?.scrollIntoView({ block: "nearest" });
  }, [messages]);
  const send = async (event?: FormEvent) => {
    event?.preventDefault();
    const message = text.trim();
    if (message === "" || isGone) return;
    setText("");
    setFailed(false);
    await store.say(message, to).catch(() => (setText(message), setFailed(true)));
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  };
  return (
    <>
      <div className="panel-body" tabIndex={0} role="log" aria-label={t("chat.log")} aria-live="off">
        {messages.length === 0 && <p className="muted">{t("chat.empty")}</p>}
        {messages.map((message) => (
          <article className={`message${message.own ? " own" : ""}${message.onlyTo === undefined ? "" : " only"}`} key={message.id}>
            <header><b>{message.onlyTo !== undefined ? t(message.own ? "chat.youOnly" : "chat.fromOnly", { name: message.own ? message.onlyTo : message.name }) : message.own ? t("chat.you") : message.name}</b><time dateTime={new Date(message.at).toISOString()}>{clock(new Date(message.at), language)}</time></header>
            <p>{piecesOf(message.text).map((piece, index) => ("link" in piece ? <a key={index} href={piece.link} target="_blank" rel="noopener noreferrer">{piece.link}</a> : piece.text))}</p>
          </article>
        ))}
        <div ref={end} />
      </div>
      <form className="compose" onSubmit={(event) => void send(event)}>
        {(others.length > 0 || to) && (
          <label className="towhom">
            <span>{t("chat.to")}</span>
            <span className="select"><select value={to?.identity ?? ""} onChange={(event) => setTo(others.find(({ identity }) => identity === event.target.value))}>
              <option value="">{t("chat.everybody")}</option>
              {isGone && <option value={to.identity}>{to.name}</option>}
              {others.map(({ identity, name }) => <option key={identity} value={identity}>{name}</option>)}
            </select><Icon name="chevron-down" size={20} /></span>
          </label>
        )}
        {isGone && <p className="wrong" role="alert">{t("chat.gone", { name: to.name })}</p>}
        {failed && <p className="wrong" role="alert">{t("chat.failed")}</p>}
        <textarea rows={1} aria-label={toWhom} placeholder={toWhom} value={text} maxLength={longest} onKeyDown={onKey} onChange={(event) => setText(event.target.value)} />
        <button type="submit" className="sendbutton" aria-label={t("chat.send")}><Icon name="send-horizontal" /></button>
      </form>
    </>
  );
}
