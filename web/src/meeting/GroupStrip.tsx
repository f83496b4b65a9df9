import { type FormEvent, useEffect, useRef, useState } from "react";
import { useNow } from "../clock/useNow";
import { Icon } from "../icons/Icon";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { groupNews, nameOf, placeOf } from "./groupNews";
import { type OpenGroups, leftUntil, noGroups, stepsOf } from "./groups";
import { useMeeting, useMeetingStore } from "./useMeeting";
import "./groups.css";

/** So long it is said that groups are over; everybody is seen again anyway. */
const shownMs = 15_000;

/** While groups are open: where one is, how long still, and where one can go. Below it what the moderation says to all. */
export default function GroupStrip({ onManage }: { onManage: () => void }) {
  const { t } = useWords();
  const store = useMeetingStore();
  const { groups } = useMeeting();
  const { open, word, note } = groups;
  const told = useRef(noGroups);
  useEffect(() => {
    const news = groupNews(told.current, groups, t);
    told.current = groups;
    if (news.length > 0) announce(news.join(" "));
  }, [groups, t]);
  const over = note?.what === "over";
  useEffect(() => {
    if (!over) return;
    const timer = setTimeout(store.forgetGroupNote, shownMs);
    return () => clearTimeout(timer);
  }, [over, store]);
  if (!open && !word && !note) return null;
  return (
    <section className="groupstrips" aria-label={t("groups.title")}>
      {open && <Place open={open} onManage={onManage} />}
      {open && stepsOf(open, [], store.moderates).calls.map((group) => <Call key={group} group={group} titles={open.titles} name={groups.callers[group]} />)}
      {word && <Line icon="message-square" text={t("groups.word", { text: word.text })} onClose={store.forgetGroupWord} />}
      {note && <Line icon="info" text={t(`groups.note.${note.what}`)} onClose={store.forgetGroupNote} />}
    </section>
  );
}

function Place({ open, onManage }: { open: OpenGroups; onManage: () => void }) {
  const { t } = useWords();
  const store = useMeetingStore();
  const { people } = useMeeting();
  const { mayLeave, back, choices, mayCall, isCalling } = stepsOf(open, people, store.moderates);
  const where = useRef<HTMLParagraphElement>(null);
  const going = useRef(false);
  useEffect(() => {
    // The button that was pressed is gone: go on where it was.
    if (going.current) where.current?.focus();
    going.current = false;
  }, [open.place]);
  const go = (step: () => Promise<void>) => {
    going.current = true;
    void step();
  };
  return (
    <div className="groupstrip">
      <Icon name="door-open" />
      <p ref={where} tabIndex={-1}><b>{placeOf(open.titles, open.place, t)}</b>{open.end && <Left at={open.end.at} />}</p>
      <div className="groupacts">
        {choices.length > 0 && <Choice open={open} choices={choices} onGo={(group) => go(() => store.enterGroup(group))} />}
        {back !== undefined && <button type="button" className="stagebutton first" onClick={() => go(() => store.enterGroup(back))}>{t("groups.back")}</button>}
        {mayCall && <button type="button" className="stagebutton" onClick={() => (where.current?.focus(), void store.callForHelp())}>{t("groups.help")}</button>}
        {isCalling && <span className="called"><Icon name="check" size={20} />{t("groups.calling")}</span>}
        {mayLeave && <button type="button" className="stagebutton" onClick={() => go(store.leaveGroup)}>{t("groups.leave")}</button>}
        {store.moderates && <button type="button" className="stagebutton" onClick={onManage}>{t("groups.manage")}</button>}
      </div>
    </div>
  );
}

function Left({ at }: { at: number }) {
  const { t } = useWords();
  const { unit, count } = leftUntil(at, useNow(1000).getTime());
  return <span className="left"> – {t(unit === "minutes" ? "groups.leftMinutes" : "groups.leftSeconds", { count })}</span>;
}

/** Which group, and a button: choosing alone leads nowhere. */
function Choice({ open, choices, onGo }: { open: OpenGroups; choices: number[]; onGo: (group: number) => void }) {
  const { t } = useWords();
  const { people } = useMeeting();
  const [wished, setWished] = useState<number>();
  const chosen = wished !== undefined && choices.includes(wished) ? wished : choices[0]!;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onGo(chosen);
  };
  return (
    <form className="groupchoice" onSubmit={submit}>
      <span className="select">
        <select aria-label={t("groups.choose")} value={chosen} onChange={(event) => setWished(Number(event.target.value))}>
          {choices.map((group) => <option key={group} value={group}>{t("groups.option", { place: nameOf(open.titles, group, t), count: people.filter((person) => person.group === group).length })}</option>)}
        </select>
        <Icon name="chevron-down" size={20} />
      </span>
      <button type="submit" className="stagebutton">{t("groups.go")}</button>
    </form>
  );
}

function Call({ group, titles, name }: { group: number; titles: string[]; name: string | undefined }) {
  const { t } = useWords();
  const store = useMeetingStore();
  const place = nameOf(titles, group, t);
  return (
    <div className="groupstrip calls">
      <Icon name="hand" />
      <p>{name === undefined ? t("groups.callsUnnamed", { place }) : t("groups.calls", { name, place })}</p>
      <div className="groupacts"><button type="button" className="stagebutton first" aria-label={t("groups.goTo", { place })} onClick={() => void store.enterGroup(group)}>{t("groups.go")}</button></div>
    </div>
  );
}

function Line({ icon, text, onClose }: { icon: "message-square" | "info"; text: string; onClose: () => void }) {
  const { t } = useWords();
  return (
    <div className="groupstrip line">
      <Icon name={icon} />
      <p>{text}</p>
      <button type="button" className="iconbutton" aria-label={t("banner.close")} onClick={onClose}><Icon name="x" /></button>
    </div>
  );
}
