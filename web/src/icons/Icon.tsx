import { createElement } from "react";
import { type IconName, shapes } from "./shapes";

/** A decorative icon: the text beside it, or the button's label, says what it means. */
export function Icon({ name, size = 24, className = "" }: { name: IconName; size?: 16 | 20 | 24 | 40; className?: string }) {
  return (
    <svg className={`icon ${className}`} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {shapes[name].map(([tag, attributes], index) => createElement(tag, { key: index, ...attributes }))}
    </svg>
  );
}

/** The ridge line that is our mark. */
export function Ridgeline({ className = "" }: { className?: string }) {
  return (
    <svg className={`ridgeline ${className}`} viewBox="0 0 36 24" fill="none" stroke="currentColor" strokeWidth="2.75" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      <path d="M2 20 12 6l6 8 5-6 11 12" />
    </svg>
  );
}

/** Four bars of signal strength; the word for it stands beside it. */
export function SignalBars({ bars }: { bars: 1 | 2 | 3 | 4 }) {
  const heights = [3, 7.3, 11.6, 15.9];
  return (
    <svg className="icon" width={24} height={24} viewBox="0 0 24 24" strokeWidth={3} aria-hidden="true" focusable="false">
      {heights.map((height, index) => (
        <path key={height} d={`M${4 + index * 5.3} 20v-${height}`} opacity={index < bars ? 1 : 0.35} />
      ))}
    </svg>
  );
}
