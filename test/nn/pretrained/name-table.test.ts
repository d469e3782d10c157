/** Names and layouts by a table, with expected values written by hand. */
import { expect, test } from "vitest";
import { hostArray } from "../../../src/engine/index.ts";
import { fromTheirs, locate, theirShape, toTheirs } from "../../../src/nn/pretrained/name-table.ts";
import type { NameTable } from "../../../src/nn/pretrained/name-table.ts";

const matrix = (values: readonly number[], rows: number) => hostArray(Float32Array.from(values), [rows, values.length / rows]);

test("numbers and endings are carried over, and dots are dots", () => {
  const table: NameTable = [["blocks.#.query.*", "layer.#.q.*"], ["norm.weight", "ln_f.g"]];
  const found = locate(table, ["blocks.11.query.bias", "norm.weight"]);
  expect([...found].map(([name, { theirs }]) => [name, theirs])).toEqual([["blocks.11.query.bias", "layer.11.q.bias"], ["norm.weight", "ln_f.g"]]);
  expect(() => locate(table, ["normXweight"])).toThrow(/no rule for the name of normXweight/);
});

test("a joint map is taken apart and put together, transposed or not", () => {
  const table: NameTable = [0, 1, 2].map((index) => ({ ours: ["q", "k", "v"][index] as string, theirs: "qkv", transposed: true, part: { index, of: 3 } }));
  const state = new Map([["q", matrix([1, 2], 1)], ["k", matrix([3, 4], 1)], ["v", matrix([5, 6], 1)]]);
  const joint = toTheirs(table, state).get("qkv");
  expect(joint).toEqual(matrix([1, 3, 5, 2, 4, 6], 2)); // columns q, k, v
  const { rule } = locate(table, ["k"]).get("k") as { rule: Parameters<typeof fromTheirs>[2] };
  expect(theirShape([1, 2], rule)).toEqual([2, 3]);
  expect(fromTheirs(matrix([1, 3, 5, 2, 4, 6], 2), [1, 2], rule)).toEqual(matrix([3, 4], 1));
  state.delete("v");
  expect(() => toTheirs(table, state)).toThrow(/qkv is made of 3 parts, found 2/);
});

test("parts that alternate from head to head", () => {
  const table: NameTable = ["q", "k"].map((ours, index) => ({ ours, theirs: "qk", part: { index, of: 2, groups: 2 } }));
  // Two heads of one row each: theirs is q0, k0, q1, k1.
  const state = new Map([["q", matrix([1, 2], 2)], ["k", matrix([3, 4], 2)]]);
  expect(toTheirs(table, state).get("qk")).toEqual(matrix([1, 3, 2, 4], 4));
  const { rule } = locate(table, ["k"]).get("k") as { rule: Parameters<typeof fromTheirs>[2] };
  expect(fromTheirs(matrix([1, 3, 2, 4], 4), [2, 1], rule)).toEqual(matrix([3, 4], 2));
});

test("rows in another order, rows that one side lacks", () => {
  const table: NameTable = [{ ours: "own", theirs: "other", rows: { from: [null, 3, 1], of: 4 } }];
  const own = matrix([0, 0, 5, 6, 7, 8], 3);
  const other = matrix([0, 0, 7, 8, 0, 0, 5, 6], 4);
  expect(toTheirs(table, new Map([["own", own]])).get("other")).toEqual(other);
  const { rule } = locate(table, ["own"]).get("own") as { rule: Parameters<typeof fromTheirs>[2] };
  expect(theirShape([3, 2], rule)).toEqual([4, 2]);
  expect(fromTheirs(other, [3, 2], rule)).toEqual(own);
});
