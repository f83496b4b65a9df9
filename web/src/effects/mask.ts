/** Below the first it is background, above the second it is the person; between, the edge. */
const edge = [0.35, 0.75] as const;
/** How much of the mask before stays: hair does not flicker. */
const lasting = 0.4;

/** Writes the mask into the alpha of the points. Where nothing was found, everything is background. */
export function blend(found: Float32Array, points: Uint8ClampedArray) {
  const [from, to] = edge;
  for (let at = 0; at < points.length / 4; at++) {
    const sure = Math.min(1, Math.max(0, ((found[at] ?? 0) - from) / (to - from)));
    points[at * 4 + 3] = Math.round(255 * sure * (1 - lasting) + points[at * 4 + 3]! * lasting);
  }
}
