import { expect, test } from "vitest";
import { blend } from "./mask";

const alphas = (points: Uint8ClampedArray) => [...points].filter((_, at) => at % 4 === 3);

test("what is surely a person is kept, what surely is none goes, and the edge is soft", () => {
  const points = new Uint8ClampedArray(4 * 4);
  const found = new Float32Array([1, 0, 0.55, 0.3]);
  for (let picture = 0; picture < 20; picture++) blend(found, points);
  const [person, room, rim, nearly] = alphas(points);
  expect([person! >= 253, room, nearly]).toEqual([true, 0, 0]);
  expect(rim).toBeGreaterThan(100);
  expect(rim).toBeLessThan(150);
});

test("a mask changes softly, and where nothing was found all is background", () => {
  const points = new Uint8ClampedArray(4);
  blend(new Float32Array([1]), points);
  const [first] = alphas(points);
  blend(new Float32Array([1]), points);
  expect([first! > 100, first! < 200, alphas(points)[0]! > first!]).toEqual([true, true, true]);
  for (let picture = 0; picture < 20; picture++) blend(new Float32Array(0), points);
  expect(alphas(points)).toEqual([0]);
});
