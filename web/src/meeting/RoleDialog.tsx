import { useState } from "react";
import { moderate } from "../api/meetings";
import { isProblem } from "../api/problem";
import { Notice } from "../form/Notice";
import { Dialog } from "../overlay/Dialog";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import type { PersonView } from "./people";
import { roleOf, rolesToGive } from "./roles";

/** Makes something else of somebody. It can be taken back the same way. */
export function RoleDialog({ person, meetingId, onClose }: { person: PersonView; meetingId: string; onClose: () => void }) {
  const { t, explain } = useWords();
  const { identity, name } = person;
  const [role, setRole] = useState(roleOf(person));
  const [error, setError] = useState<unknown>();
  // Moderating is for people with an account.
  const choices = rolesToGive.filter((each) => each !== "moderator" || person.role !== "guest");
  const give = async () => {
    try {
      await moderate(meetingId, { act: "give_role", identity, role });
      announce(t("giveRole.given", { name, role: t(`role.${role}`) }));
      onClose();
    } catch (refusal) {
      setError(refusal);
    }
  };
  return (
    <Dialog title={t("giveRole.title", { name })} open onClose={onClose} stage>
      <form className="stack" onSubmit={(event) => (event.preventDefault(), void give())}>
        <fieldset className="choices">
          <legend className="visually-hidden">{t("giveRole.title", { name })}</legend>
          {choices.map((each) => <label className="check round" key={each}><input type="radio" name="role" checked={each === role} onChange={() => setRole(each)} /><span>{t(`role.${each}`)}<small>{t(`giveRole.${each}`)}</small></span></label>)}
        </fieldset>
        {error !== undefined && <Notice kind="danger">{isProblem(error, "not_allowed") ? t("giveRole.fixed") : explain(error)}</Notice>}
        <div className="acts">
          <button type="button" className="kern-btn kern-btn--secondary" onClick={onClose}>{t("action.cancel")}</button>
          <button type="submit" className="kern-btn kern-btn--primary">{t("action.save")}</button>
        </div>
      </form>
    </Dialog>
  );
}
