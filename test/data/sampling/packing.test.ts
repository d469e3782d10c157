import { expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/random/stream.ts";
import { packDocuments } from "../../../src/data/sampling/packing.ts";

const documents = [Int32Array.of(11, 12, 13), Int32Array.of(21, 22), Int32Array.of(31, 32, 33, 34, 35)];

test("cut: one stream with ends, windows full but the last, positions restart with each document's part", () => {
  const windows = packDocuments(documents, { length: 5, pad: 0, end: 2, fit: "cut" });
  expect(windows.count).toBe(3);
  expect([...windows.ids]).toEqual([11, 12, 13, 2, 21, 22, 2, 31, 32, 33, 34, 35, 2, 0, 0]);
  expect([...windows.documents]).toEqual([0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0, -1, -1]);
  expect([...windows.positions]).toEqual([0, 1, 2, 3, 0, 0, 1, 0, 1, 2, 0, 1, 2, 0, 0]);
});

test("whole: documents stay together where they fit", () => {
  const windows = packDocuments(documents, { length: 5, pad: 0, fit: "whole" });
  expect([...windows.ids]).toEqual([31, 32, 33, 34, 35, 11, 12, 13, 21, 22]);
});

test("every token stands once in the windows, and few places are padding", () => {
  const random = RandomStream.of(3, "packing");
  const many = Array.from({ length: 500 }, (_, d) => Int32Array.from({ length: 1 + random.integer(90) }, (_, i) => 1 + d * 100 + i));
  for (const fit of ["cut", "whole"] as const) {
    const { ids, count, length } = packDocuments(many, { length: 64, pad: 0, fit });
    const tokens = [...ids].filter((id) => id !== 0).sort((a, b) => a - b);
    expect(tokens).toEqual(many.flatMap((document) => [...document]));
    expect(tokens.length / (count * length)).toBeGreaterThan(0.97);
  }
});
