export const homeZone = "Europe/Berlin";

/** All zones the browser knows, ours first; a zone from elsewhere is never dropped. */
export function zones(chosen: string): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return [...new Set([homeZone, chosen, ...known])];
}
