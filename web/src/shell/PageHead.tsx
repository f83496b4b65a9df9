import { type ReactNode, useEffect, useRef } from "react";
import { usePageTitle } from "./usePageTitle";

let firstPage = true;

/** Heading of a page. A new page takes the focus to its heading, so that screen readers notice it. */
export function PageHead({ title, lead, tools }: { title: string; lead?: ReactNode; tools?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  usePageTitle(title);
  useEffect(() => {
    if (!firstPage) heading.current?.focus({ preventScroll: true });
    firstPage = false;
    window.scrollTo(0, 0);
  }, []);
  return (
    <div className="head">
      <div>
        <h1 ref={heading} tabIndex={-1}>{title}</h1>
        {lead && <p className="lead">{lead}</p>}
      </div>
      {tools && <div className="tools">{tools}</div>}
    </div>
  );
}
