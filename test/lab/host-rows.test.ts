/** Rows of host arrays; values by hand. */
import { expect, test } from "vitest";
import { hostArray } from "../../src/engine/index.ts";
import { rowAt, rowsBetween, takeRows } from "../../src/lab/index.ts";

const table = hostArray(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);

test("a row is a view, rows between two places are a copy", () => {
  const row = rowAt(table, 1);
  expect([...row]).toEqual([3, 4]);
  expect(row.buffer).toBe((table.data as Float32Array).buffer);
  const some = rowsBetween(table, 1, 3);
  expect([some.shape, [...some.data]]).toEqual([[2, 2], [3, 4, 5, 6]]);
  expect((some.data as Float32Array).buffer).not.toBe((table.data as Float32Array).buffer);
});

test("chosen rows come in the order asked for, twice where asked twice, and keep their type", () => {
  expect([...takeRows(table, [2, 0, 2]).data]).toEqual([5, 6, 1, 2, 5, 6]);
  const whole = takeRows(hostArray(Int32Array.of(1, 2, 3), [3, 1]), Int32Array.of(2, 1));
  expect([whole.dtype, whole.shape, [...whole.data]]).toEqual(["int32", [2, 1], [3, 2]]);
});
