import { useState } from "react";
import type { Booking } from "../api/contract";
import { copyBlock } from "../form/clipboard";
import { Icon } from "../icons/Icon";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { outlookBlock } from "./outlook";

/** Copies the way into the meeting for an invitation that is written in Outlook. */
export function PasteBlock({ booking }: { booking: Booking }) {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const done = await copyBlock(outlookBlock(booking, t));
    setCopied(done);
    announce(t(done ? "copy.done" : "copy.failed"));
  };
  return (
    <button type="button" className="kern-btn kern-btn--secondary" onClick={() => void copy()}>
      <Icon name={copied ? "check" : "copy"} size={20} />
      <span>{copied ? t("copy.done") : t("paste.copy")}</span>
    </button>
  );
}
