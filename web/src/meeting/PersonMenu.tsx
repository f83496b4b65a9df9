import { useState } from "react";
import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { moderate, removeParticipant, sendBack } from "../api/meetings";
import type { Moderation } from "../api/contract";
import { Field } from "../form/Field";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { Confirm } from "../overlay/Confirm";
import { Dialog } from "../overlay/Dialog";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import type { PersonView } from "./people";
import { RoleDialog } from "./RoleDialog";
import { useMeeting } from "./useMeeting";

/** What the moderation can do about one participant; who is shown from another meeting can only be sent away. */
export function PersonMenu({ person, meetingId }: { person: PersonView; meetingId: string }) {
  const { t, explain } = useWords();
  const [open, setOpen] = useState<"rename" | "role" | "remove">();
  const { rules, turn } = useMeeting();
  const { identity, name } = person;
  const hasTurn = turn?.identity === identity;
  // Where one has to be called, asking alone would lead nowhere.
  const calls = rules.called && person.role !== "moderator" && person.part === undefined && person.group === undefined && !person.shownOnly;
  const act = (what: Moderation, told: string) => void moderate(meetingId, what).then(() => announce(told), (error: unknown) => announce(explain(error)));
  const toWaitingRoom = async () => {
    try {
      await sendBack(meetingId, identity);
      announce(t("moderate.sentBack", { name }));
    } catch (error) {
      announce(explain(error));
    }
  };
  return (
    <>
      <MenuTrigger>
        <Button className="iconbutton" aria-label={t("moderate.menuNamed", { name })}><Icon name="ellipsis-vertical" /></Button>
        <Popover placement="bottom end" data-stage="">
          <Menu className="menu">
            {person.microphone && !person.shownOnly ? <MenuItem id="mute" onAction={() => act({ act: "mute", identity }, t("moderate.muted", { name }))}><Icon name="mic-off" size={20} />{t("moderate.mute")}</MenuItem> : null}
            {calls && !hasTurn ? <MenuItem id="floor" onAction={() => act({ act: "give_floor", identity }, t("moderate.floorGiven", { name }))}><Icon name="mic" size={20} />{t("moderate.giveFloor")}</MenuItem> : null}
            {hasTurn ? <MenuItem id="end-turn" onAction={() => act({ act: "end_turn" }, t("floor.ended", { name }))}><Icon name="clock" size={20} />{t("floor.end")}</MenuItem> : null}
            {person.microphone || person.part === "listener" || calls || person.shownOnly ? null : <MenuItem id="ask" onAction={() => act({ act: "ask_to_speak", identity }, t("moderate.asked", { name }))}><Icon name="mic" size={20} />{t("moderate.ask")}</MenuItem>}
            {person.handAt && !person.shownOnly ? <MenuItem id="hand" onAction={() => act({ act: "lower_hand", identity }, t("moderate.lowered", { name }))}><Icon name="hand" size={20} />{t("moderate.lowerHand")}</MenuItem> : null}
            {person.sharing && !person.shownOnly ? <MenuItem id="share" onAction={() => act({ act: "stop_share", identity }, t("moderate.stopped", { name }))}><Icon name="monitor-off" size={20} />{t("moderate.stopShare")}</MenuItem> : null}
            {person.shownOnly ? null : <MenuItem id="role" onAction={() => setOpen("role")}><Icon name="user-check" size={20} />{t("giveRole.action")}</MenuItem>}
            {person.shownOnly ? null : <MenuItem id="rename" onAction={() => setOpen("rename")}><Icon name="pencil" size={20} />{t("moderate.rename")}</MenuItem>}
            {person.shownOnly || person.program || person.role === "moderator" ? null : <MenuItem id="back" onAction={() => void toWaitingRoom()}><Icon name="door-open" size={20} />{t("moderate.sendBack")}</MenuItem>}
            <MenuItem id="remove" data-danger="" onAction={() => setOpen("remove")}><Icon name="x" size={20} />{t("remove.action")}</MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
      {open === "role" && <RoleDialog person={person} meetingId={meetingId} onClose={() => setOpen(undefined)} />}
      {open === "rename" && <Rename person={person} meetingId={meetingId} onClose={() => setOpen(undefined)} />}
      <Confirm stage title={t("remove.title", { name })} text={t("remove.text")} action={t("remove.action")} open={open === "remove"} onClose={() => setOpen(undefined)} onConfirm={() => removeParticipant(meetingId, identity)} />
    </>
  );
}

function Rename({ person, meetingId, onClose }: { person: PersonView; meetingId: string; onClose: () => void }) {
  const { t, explain } = useWords();
  const [name, setName] = useState(person.name);
  const [error, setError] = useState<unknown>();
  const save = async () => {
    try {
      await moderate(meetingId, { act: "rename", identity: person.identity, name });
      onClose();
    } catch (refusal) {
      setError(refusal);
    }
  };
  return (
    <Dialog title={t("moderate.rename")} open onClose={onClose} stage>
      <form className="stack" noValidate onSubmit={(event) => (event.preventDefault(), void save())}>
        <Field label={t("moderate.newName")} hint={t("moderate.nameHint")}><input value={name} maxLength={100} autoFocus onChange={(event) => setName(event.target.value)} /></Field>
        {error !== undefined && <Notice kind="danger">{explain(error)}</Notice>}
        <div className="acts">
          <button type="button" className="kern-btn kern-btn--secondary" onClick={onClose}>{t("action.cancel")}</button>
          <button type="submit" className="kern-btn kern-btn--primary" disabled={name.trim() === ""}>{t("action.save")}</button>
        </div>
      </form>
    </Dialog>
  );
}
