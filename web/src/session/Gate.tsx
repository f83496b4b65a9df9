import type { ReactNode } from "react";
import { Link } from "wouter";
import { Ridgeline } from "../icons/Icon";
import { LanguageSegments } from "../shell/LanguageSegments";
import { useWords } from "../words/useWords";
import "./gate.css";

/** The calm page around sign-in and set-up. */
export function Gate({ children }: { children: ReactNode }) {
  const { t } = useWords();
  return (
    <div className="gate">
      <svg className="ridge" viewBox="0 0 1440 400" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
        <path className="far" d="M0 400V214l120-58 96 44 170-118 138 96 92-52 150 104 128-66 142 82 158-112 116 62 130-48v252Z" />
        <path className="middle" d="M0 400V290l150-62 118 60 152-96 144 92 130-54 180 88 120-58 170 66 126-74 150 58v90Z" />
        <path className="near" d="M0 400v-44l210-40 190 40 230-52 240 56 220-44 350 50v34Z" />
      </svg>
      <header>
        <span className="brand"><Ridgeline />Rennsteig</span>
        <span className="push"><LanguageSegments /></span>
      </header>
      <main>{children}</main>
      <footer><Link href="/accessibility">{t("nav.accessibility")}</Link></footer>
    </div>
  );
}
