import { useState } from "react";
import { Icon } from "../icons/Icon";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";
import { copyText } from "./clipboard";

/** Copies a text and says so, in writing and aloud. */
export function CopyButton({ text, label, name, className = "kern-btn kern-btn--tertiary" }: { text: string; label: string; name?: string; className?: string }) {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const done = await copyText(text);
    setCopied(done);
    announce(t(done ? "copy.done" : "copy.failed"));
  };
  return (
    <button type="button" className={className} aria-label={name} onClick={() => void copy()}>
      <Icon name={copied ? "check" : "link"} size={20} />
      <span>{copied ? t("copy.done") : label}</span>
    </button>
  );
}
