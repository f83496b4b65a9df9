import { useEffect } from "react";
import { announce } from "../shell/announcer";
import { useWords } from "../words/useWords";

/** What the moderation told somebody it did not let in. */
export function Words({ words }: { words: string }) {
  const { t } = useWords();
  useEffect(() => announce(t("left.rejected.said", { words })), [t, words]);
  return (
    <figure className="calm-words">
      <figcaption>{t("left.rejected.from")}</figcaption>
      <blockquote>{words}</blockquote>
    </figure>
  );
}
