import { expect, test } from "vitest";
import { paintedSize } from "./frames";
import { paintHills } from "./hills";

test("painted pictures keep their shape, are even, and no wider than old machines can paint", () => {
  expect(paintedSize(640, 360)).toEqual({ width: 640, height: 360 });
  expect(paintedSize(1280, 720)).toEqual({ width: 960, height: 540 });
  expect(paintedSize(641, 361)).toEqual({ width: 642, height: 362 });
  expect(paintedSize(0, 0)).toEqual({ width: 2, height: 2 });
});

test("the hills fill the picture: the nearest are drawn first, the sky last, as each goes behind", () => {
  const drawn: string[] = [];
  const corners: number[][] = [];
  const brush = {
    fillStyle: "" as string | object,
    createLinearGradient: () => ({ addColorStop: () => {} }),
    fillRect: (...box: number[]) => drawn.push(`sky ${box.join(" ")}`),
    beginPath: () => {},
    moveTo: (...at: number[]) => corners.push(at),
    lineTo: (...at: number[]) => corners.push(at),
    closePath: () => {},
    fill: () => drawn.push(String(brush.fillStyle)),
  };
  paintHills(brush as unknown as Parameters<typeof paintHills>[0], 640, 360);
  expect(drawn).toEqual(["#34578c", "#5679ae", "#7d9ccb", "#9fb6dc", "sky 0 0 640 360"]);
  expect(corners.every(([x, y]) => x! >= 0 && x! <= 640 && y! > 0 && y! <= 360)).toBe(true);
});
