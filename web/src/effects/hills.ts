/** The ridge of the Thuringian Forest on a pale morning, drawn and not loaded: from far and light to near and dark. */
const ridges = [
  { colour: "#9fb6dc", base: 0.46, high: 0.05, waves: 2.3, shift: 0.4 },
  { colour: "#7d9ccb", base: 0.56, high: 0.06, waves: 3.1, shift: 1.7 },
  { colour: "#5679ae", base: 0.68, high: 0.07, waves: 2.1, shift: 3.2 },
  { colour: "#34578c", base: 0.82, high: 0.06, waves: 2.9, shift: 5.1 },
] as const;

type Brush = Pick<OffscreenCanvasRenderingContext2D, "createLinearGradient" | "fillStyle" | "fillRect" | "beginPath" | "moveTo" | "lineTo" | "closePath" | "fill">;

/** What is drawn first lies behind what is there: the nearest ridge comes first. */
export function paintHills(brush: Brush, width: number, height: number) {
  for (const { colour, base, high, waves, shift } of [...ridges].reverse()) {
    brush.fillStyle = colour;
    brush.beginPath();
    brush.moveTo(0, height);
    for (let step = 0; step <= 48; step++) {
      const along = step / 48;
      const up = Math.sin(along * waves * Math.PI + shift) + 0.4 * Math.sin(along * waves * 2.7 * Math.PI + shift * 2);
      brush.lineTo(along * width, (base - up * high) * height);
    }
    brush.lineTo(width, height);
    brush.closePath();
    brush.fill();
  }
  const sky = brush.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, "#dbe6f6");
  sky.addColorStop(1, "#c4d4ec");
  brush.fillStyle = sky;
  brush.fillRect(0, 0, width, height);
}
