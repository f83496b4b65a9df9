import { type ReactNode, useEffect, useRef } from "react";
import { Icon } from "../icons/Icon";
import type { IconName } from "../icons/shapes";

/** A boxed message. Errors are announced at once and take the focus, so that nobody misses them. */
export function Notice({ kind = "info", icon, title, children }: { kind?: "info" | "danger" | "plain"; icon?: IconName; title?: string; children?: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (kind === "danger") box.current?.focus();
  }, [kind]);
  return (
    <div className={`notice ${kind}`} ref={box} tabIndex={kind === "danger" ? -1 : undefined} role={kind === "danger" ? "alert" : undefined}>
      <Icon name={icon ?? (kind === "danger" ? "octagon-alert" : "info")} />
      {title && <strong>{title}</strong>}
      {children && <div>{children}</div>}
    </div>
  );
}
