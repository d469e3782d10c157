import { expect, test } from "vitest";
import { compile, grad, GraphRandom, ones } from "../../src/engine/index.ts";
import { dropout, dropPath, EVALUATE } from "../../src/nn/index.ts";

const counts = (values: ArrayLike<number>): Map<number, number> => Array.from(values).reduce((map, value) => map.set(value, (map.get(value) ?? 0) + 1), new Map<number, number>());

test("dropout zeroes a quarter, scales the rest by 4/3, its gradient likewise, and draws anew each step", async () => {
  const random = GraphRandom.of(7);
  const x = ones([100, 100]);
  const step = compile(() => {
    const y = dropout(x, 0.25, { train: true, random });
    random.advance();
    return { y, g: grad(y.sum(), [x])[0]! };
  });
  const first = await step();
  const found = counts(first.y.data as Float32Array);
  expect([...found.keys()].sort()).toEqual([0, Math.fround(4 / 3)]);
  expect(Math.abs(found.get(0)! - 2500)).toBeLessThan(200); // deviation of the count is 43
  expect(first.g.data).toEqual(first.y.data);
  expect((await step()).y.data).not.toEqual(first.y.data);
});

test("drop path drops whole examples", async () => {
  const random = GraphRandom.of(7);
  const drop = compile(() => dropPath(ones([200, 3, 2]), 0.5, { train: true, random }));
  const data = (await drop()).data as Float32Array;
  const examples = Array.from({ length: 200 }, (_, b) => new Set(data.subarray(b * 6, b * 6 + 6)));
  expect(examples.every((values) => values.size === 1)).toBe(true);
  const dropped = examples.filter((values) => values.has(0)).length;
  expect(Math.abs(dropped - 100)).toBeLessThan(40);
});

test("nothing is dropped in evaluation or at rate zero, and rates are checked", () => {
  const x = ones([2]);
  expect(dropout(x, 0.5, EVALUATE)).toBe(x);
  expect(dropout(x, 0, { train: true })).toBe(x);
  expect(() => dropout(x, 1, EVALUATE)).toThrow(/rate must lie in \[0, 1\), got 1/);
});
