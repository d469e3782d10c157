import { expect, test } from "vitest";
import { SHAPE_FORMS } from "../../../../src/data/worlds/scene/shapes.ts";
import { SHAPES } from "../../../../src/data/worlds/scene/vocabulary.ts";

const GRID = Array.from({ length: 81 }, (_, i) => (i - 40) / 32);

test.each(SHAPES)("%s lies inside the unit disc and stands on its stated bottom", (shape) => {
  const { distance, bottom } = SHAPE_FORMS[shape];
  for (const x of GRID) for (const y of GRID) if (x * x + y * y > 1.001) expect(distance(x, y)).toBeGreaterThan(0);
  const inside = GRID.flatMap((x) => Array.from({ length: 401 }, (_, i) => (i - 200) / 200).filter((y) => distance(x, y) <= 0));
  expect(-Math.min(...inside)).toBeGreaterThan(bottom - 0.02);
  expect(-Math.min(...inside)).toBeLessThan(bottom + 0.006);
});

test.each(SHAPES)("%s: no outside distance is larger than the true one, so tracing never steps through", (shape) => {
  const { distance } = SHAPE_FORMS[shape];
  const inside = GRID.flatMap((x) => GRID.filter((y) => distance(x, y) <= 0).map((y) => [x, y] as const));
  for (const x of GRID.filter((_, i) => i % 4 === 0)) {
    for (const y of GRID.filter((_, i) => i % 4 === 0)) {
      const d = distance(x, y);
      if (d <= 0) continue;
      const nearest = Math.sqrt(Math.min(...inside.map(([a, b]) => (a - x) ** 2 + (b - y) ** 2)));
      expect(d).toBeLessThanOrEqual(nearest + 1e-9);
    }
  }
});

test("no two shapes have nearly the same picture", () => {
  const masks = SHAPES.map((shape) => GRID.flatMap((x) => GRID.map((y) => SHAPE_FORMS[shape].distance(x, y) <= 0)));
  masks.forEach((one, i) =>
    masks.slice(i + 1).forEach((other) => {
      const both = one.filter((inside, at) => inside && other[at]).length;
      const either = one.filter((inside, at) => inside || other[at]).length;
      expect(both / either).toBeLessThan(0.85);
    }),
  );
});

test("hand-made points: the hole of a ring, the notch of a heart, the tip of an arrow", () => {
  expect(SHAPE_FORMS.ring.distance(0, 0)).toBeCloseTo(0.44, 9);
  expect(SHAPE_FORMS.heart.distance(0, 0.8)).toBeGreaterThan(0);
  expect(SHAPE_FORMS.heart.distance(0, -0.8)).toBeLessThan(0);
  expect(SHAPE_FORMS.arrow.distance(0.97, 0)).toBeLessThan(0);
  expect(SHAPE_FORMS.arrow.distance(-0.97, 0)).toBeGreaterThan(0);
});
