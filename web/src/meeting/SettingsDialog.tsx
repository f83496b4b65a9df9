import { Dialog } from "../overlay/Dialog";
import { useWords } from "../words/useWords";
import { EffectChoices } from "./EffectChoices";
import { profiles } from "./machine";
import { amounts, captionPlaces, captionSizes, noises, sendings, verbosities } from "./preferences";
import { useMeetingStore, usePreferences, useProfile } from "./useMeeting";

/** How the meeting looks, sounds and speaks to this person; kept on this machine. */
export default function SettingsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useWords();
  const { machine, preferences: { change } } = useMeetingStore();
  const profile = useProfile();
  const set = usePreferences();
  return (
    <Dialog title={t("settings.title")} open={open} onClose={onClose} stage>
      <EffectChoices />
      <Choice name="noise" of={noises} chosen={set.noise} onChoose={(noise) => change({ noise })} />
      <Choice name="receive" of={amounts} chosen={set.receive} onChoose={(receive) => change({ receive })} />
      <Choice name="send" of={sendings} chosen={set.send} onChoose={(send) => change({ send })} />
      <Choice name="machine" of={profiles} chosen={profile} onChoose={machine.choose} />
      <Choice name="told" of={verbosities} chosen={set.told} onChoose={(told) => change({ told })} />
      <Choice name="captionsAt" of={captionPlaces} chosen={set.captionsAt} onChoose={(captionsAt) => change({ captionsAt })} />
      <Choice name="captionsSize" of={captionSizes} chosen={set.captionsSize} onChoose={(captionsSize) => change({ captionsSize })} />
      <fieldset className="choices">
        <legend>{t("settings.more")}</legend>
        <Check name="captions" on={set.captions} onChange={(captions) => change({ captions })} hint />
        <Check name="captionsRead" on={set.captionsRead} onChange={(captionsRead) => change({ captionsRead })} hint />
        <Check name="hideSelf" on={set.hideSelf} onChange={(hideSelf) => change({ hideSelf })} />
        <Check name="hints" on={set.hints} onChange={(hints) => change({ hints })} hint />
        <Check name="simple" on={set.simple} onChange={(simple) => change({ simple })} hint />
      </fieldset>
    </Dialog>
  );
}

type ChoiceProps<T extends string> = { name: string; of: readonly T[]; chosen: T; onChoose: (value: T) => void };
const wordsOf = (name: string, value: string): string => `settings.${name}.${value}`;

function Choice<T extends string>({ name, of, chosen, onChoose }: ChoiceProps<T>) {
  const { t } = useWords();
  return (
    <fieldset className="choices">
      <legend>{t(`settings.${name}.title`)}</legend>
      {of.map((value) => (
        <label className="check round" key={value}><input type="radio" name={name} checked={value === chosen} onChange={() => onChoose(value)} /><span>{t(wordsOf(name, value))}</span></label>
      ))}
    </fieldset>
  );
}

export function Check({ name, on, onChange, hint }: { name: string; on: boolean; onChange: (on: boolean) => void; hint?: boolean }) {
  const { t } = useWords();
  return <label className="check"><input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} /><span>{t(`settings.${name}.title`)}{hint && <small>{t(`settings.${name}.hint`)}</small>}</span></label>;
}
