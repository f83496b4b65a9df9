import { paintedSize } from "./frames";
import { paintHills } from "./hills";
import { blend } from "./mask";
import { type Finder, seen } from "./person";

/** What is seen behind the person. */
export type Backdrop = "soft" | "strong" | "hills" | ImageBitmap;

/** Into how few points the background is pressed before it is drawn large again. */
const coarse = { soft: 40, strong: 16 } as const;

const canvas = (width: number, height: number) => new OffscreenCanvas(width, height);

/** Paints a person before another background. */
export class Painter {
  backdrop: Backdrop = "soft";
  private readonly look = canvas(seen.width, seen.height);
  private readonly mask = canvas(seen.width, seen.height);
  private readonly alpha = new ImageData(seen.width, seen.height);
  private readonly out = canvas(2, 2);
  private readonly steps = [canvas(2, 2), canvas(2, 2)];

  constructor(private readonly find: Finder) {}

  readonly paint = (picture: CanvasImageSource, width: number, height: number): OffscreenCanvas => {
    const size = paintedSize(width, height);
    if (this.out.width !== size.width || this.out.height !== size.height) Object.assign(this.out, size);
    const [look, mask, out] = [this.look.getContext("2d", { willReadFrequently: true })!, this.mask.getContext("2d")!, this.out.getContext("2d")!];
    look.drawImage(picture, 0, 0, seen.width, seen.height);
    blend(this.find(this.look), this.alpha.data);
    mask.putImageData(this.alpha, 0, 0);

    out.globalCompositeOperation = "copy";
    out.imageSmoothingQuality = "high";
    out.drawImage(this.mask, 0, 0, size.width, size.height);
    out.globalCompositeOperation = "source-in";
    out.drawImage(picture, 0, 0, size.width, size.height);
    out.globalCompositeOperation = "destination-over";
    this.behind(out, picture, size);
    return this.out;
  };

  private behind(out: OffscreenCanvasRenderingContext2D, picture: CanvasImageSource, { width, height }: { width: number; height: number }) {
    const { backdrop } = this;
    if (backdrop === "hills") return paintHills(out, width, height);
    if (typeof backdrop !== "string") {
      const scale = Math.max(width / backdrop.width, height / backdrop.height);
      const [w, h] = [backdrop.width * scale, backdrop.height * scale];
      return out.drawImage(backdrop, (width - w) / 2, (height - h) / 2, w, h);
    }
    // Small and large again is a blur that every browser has, and costs little.
    let from = picture;
    const ratio = height / width;
    for (const [index, points] of [coarse[backdrop] * 4, coarse[backdrop]].entries()) {
      const step = this.steps[index]!;
      const [w, h] = [points, Math.max(2, Math.round(points * ratio))];
      if (step.width !== w || step.height !== h) Object.assign(step, { width: w, height: h });
      const small = step.getContext("2d")!;
      small.imageSmoothingQuality = "high";
      small.drawImage(from, 0, 0, w, h);
      from = step;
    }
    out.drawImage(from, 0, 0, width, height);
  }
}
