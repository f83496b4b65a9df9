import { useNow } from "../clock/useNow";
import { Icon } from "../icons/Icon";
import { countdown } from "../words/dates";
import { useWords } from "../words/useWords";
import { useMeetingStore } from "./useMeeting";

/** How long somebody has spoken, for whoever gives the floor. */
export function SpeakingTime({ identity }: { identity: string }) {
  const { t } = useWords();
  const { times } = useMeetingStore();
  const spoken = times.of(identity, useNow(1000).getTime());
  if (spoken < 1000) return null;
  return <span className="spoken" title={t("panel.spoken")}><Icon name="clock" size={20} /><span className="visually-hidden">{t("panel.spoken")} </span>{countdown(spoken / 1000)}</span>;
}
