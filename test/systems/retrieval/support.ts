/** What tests of rankers share: rows of token ids as encoders read them, and values of several tensors at once. */
import { evaluate } from "../../../src/engine/index.ts";
import type { Tensor } from "../../../src/engine/index.ts";
import type { TokenRows } from "../../../src/lab/text/index.ts";
import { boolTensor, intTensor } from "../../nn/support.ts";

/** Rows padded to `length` with a token that must not matter. */
export function paddedRows(texts: readonly (readonly number[])[], length = Math.max(...texts.map((text) => text.length)), filler = 0): TokenRows {
  const cells = <T>(value: (text: readonly number[], i: number) => T): T[] => texts.flatMap((text) => Array.from({ length }, (_, i) => value(text, i)));
  const shape = [texts.length, length];
  return { ids: intTensor(cells((text, i) => text[i] ?? filler), shape), segments: intTensor(cells(() => 0), shape), valid: boolTensor(cells((text, i) => Number(i < text.length)), shape) };
}

/** Values of all tensors, computed at once. */
export const valuesOf = async (...tensors: readonly Tensor[]): Promise<number[][]> => (await evaluate([...tensors])).map(({ data }) => Array.from(data, Number));

export const farthest = (a: readonly number[] = [], b: readonly number[] = []): number => Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));
