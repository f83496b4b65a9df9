import { type ReactNode, useEffect, useRef } from "react";
import { Icon } from "../icons/Icon";
import type { IconName } from "../icons/shapes";
import { usePageTitle } from "../shell/usePageTitle";

/** A card over the ridge: the look of every page on which there is only one thing to know. */
export function Calm({ icon, title, lead, children }: { icon?: IconName; title: string; lead?: ReactNode; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  usePageTitle(title);
  useEffect(() => heading.current?.focus(), []);
  return (
    <main className="calm">
      <svg className="calm-ridge" viewBox="0 0 1280 200" preserveAspectRatio="none" aria-hidden="true">
        <path d="M0 96 120 60l150 70L430 40l190 100 120-50 160 60 190-110 190 76v124H0Z" />
        <path d="M0 150 170 104l120 50 150-40 190 60 180-74 200 66 150-36 120 40v40H0Z" />
      </svg>
      <section className="card calm-card">
        {icon && <span className="calm-icon"><Icon name={icon} /></span>}
        <div>
          <h1 ref={heading} tabIndex={-1}>{title}</h1>
          {lead && <p className="calm-lead">{lead}</p>}
        </div>
        {children}
      </section>
    </main>
  );
}
