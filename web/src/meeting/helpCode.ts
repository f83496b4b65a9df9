/**
 * Six digits that name somebody in a meeting towards whoever helps. Nobody keeps them and they say nothing by
 * themselves: the server works out the same (`domain/src/help_code.rs`) from the names it knows.
 */
export function helpCode(meeting: string, identity: string): string {
  let sum = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${meeting}\n${identity}`)) sum = Math.imul(sum ^ byte, 0x01000193);
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return String(((sum ^ (sum >>> 16)) >>> 0) % 1_000_000).padStart(6, "0");
}

/** In two groups, as people read it out. */
export const inGroups = (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`;
