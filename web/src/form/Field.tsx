import { type ReactElement, type ReactNode, cloneElement, useId } from "react";
import { Icon } from "../icons/Icon";

type Control = { id?: string; "aria-describedby"?: string; "aria-invalid"?: boolean };

/** Label, hint, control and error as one group, tied together for screen readers. */
export function Field({ label, hint, wrong, className = "", children }: { label: string; hint?: ReactNode; wrong?: string; className?: string; children: ReactElement<Control> }) {
  const id = useId();
  const described = [hint && `${id}h`, wrong && `${id}w`].filter(Boolean).join(" ");
  const isSelect = children.type === "select";
  const control = cloneElement(children, { id, "aria-describedby": described || undefined, "aria-invalid": wrong ? true : undefined });
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>{label}</label>
      {hint && <span className="hint" id={`${id}h`}>{hint}</span>}
      {isSelect ? <span className="select">{control}<Icon name="chevron-down" size={20} /></span> : control}
      {wrong && <span className="wrong" id={`${id}w`}><Icon name="octagon-alert" size={20} />{wrong}</span>}
    </div>
  );
}

export function Check({ label, hint, checked, onChange }: { label: string; hint?: string; checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>{label}{hint && <small>{hint}</small>}</span>
    </label>
  );
}
