import { type ChangeEvent, useRef, useState } from "react";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import { backgrounds } from "./preferences";
import { useMeetingStore, usePreferences } from "./useMeeting";

/** What is seen behind oneself. A picture of one's own stays in this window and is gone with it. */
export function EffectChoices() {
  const { t } = useWords();
  const store = useMeetingStore();
  const { background } = usePreferences();
  const [unreadable, setUnreadable] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const choose = (each: (typeof backgrounds)[number]) => store.preferences.change({ background: each });
  const take = async (event: ChangeEvent<HTMLInputElement>) => {
    const [picture] = event.target.files ?? [];
    event.target.value = ""; // The same file once more is a choice as well.
    if (!picture) return;
    try {
      store.useOwnPicture(await createImageBitmap(picture));
      setUnreadable(false);
    } catch {
      setUnreadable(true);
    }
  };
  return (
    <fieldset className="choices" aria-describedby="background-hint">
      <legend>{t("settings.background.title")}</legend>
      {backgrounds.map((each) => <label className="check round" key={each}><input type="radio" name="background" checked={each === background} onChange={() => choose(each)} /><span>{t(`settings.background.${each}`)}</span></label>)}
      {background === "own" && <button type="button" className="kern-btn kern-btn--secondary" onClick={() => file.current?.click()}><Icon name="plus" size={20} />{t("settings.background.choose")}</button>}
      <input ref={file} type="file" accept="image/*" className="visually-hidden" tabIndex={-1} aria-hidden="true" onChange={(event) => void take(event)} />
      {unreadable && <span className="wrong" role="alert"><Icon name="octagon-alert" size={20} />{t("settings.background.unreadable")}</span>}
      <p className="muted" id="background-hint">{t("settings.background.hint")}</p>
    </fieldset>
  );
}
