/** Optimal assignment against enumeration by hand. */
import { expect, test } from "vitest";
import { hostArray } from "../../../src/engine/index.ts";
import type { HostArray } from "../../../src/engine/index.ts";
import { assign } from "../../../src/objectives/index.ts";

const costs = (rows: readonly (readonly number[])[]): HostArray => hostArray(Float32Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0]);

test("the cheapest pairing wins where taking each row's best would collide", () => {
  // The six pairings, columns of rows 0 to 2: 012 costs 1+4+6=11, 021 15, 102 2+2+6=10, 120 15, 201 13, 210 14.
  expect(Array.from(assign(costs([[1, 2, 3], [2, 4, 6], [7, 8, 6]])))).toEqual([1, 0, 2]);
});

test("with more rows than columns the dearest row gets none; with fewer every row gets one", () => {
  expect(Array.from(assign(costs([[1, 9], [9, 1], [5, 5]])))).toEqual([0, 1, -1]);
  expect(Array.from(assign(costs([[5, 1, 9]])))).toEqual([1]);
});

test("negative costs, as negated scores are, are fine; costs that are not finite are refused", () => {
  expect(Array.from(assign(costs([[-1, -5], [-2, -5.5]])))).toEqual([1, 0]);
  expect(() => assign(costs([[1, NaN], [1, 1]]))).toThrow("row 0 and column 1 is NaN");
});
