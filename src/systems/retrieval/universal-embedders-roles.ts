/** Role tokens: one pair opens and closes a query, another a document. They are a table of their own, so that tuning the biases leaves every matrix of the language model as it is. */
import { hostArray, Parameter } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import type { Side } from "../../lab/index.ts";

/** Rows of the table. */
export const ROLES: Readonly<Record<Side, { readonly open: number; readonly close: number }>> = { query: { open: 0, close: 1 }, document: { open: 2, close: 3 } };

const ROLE_COUNT = 4;

/** [4, d], every row a copy of the word `id` in a table [words, d]: the raw model then closes a text with a token it has read. */
export function roleTable({ data, shape }: HostArray, id: number): Parameter {
  const width = shape[1] as number;
  const row = (data as Float32Array).slice(id * width, (id + 1) * width);
  return new Parameter([ROLE_COUNT, width], hostArray(Float32Array.from({ length: ROLE_COUNT * width }, (_, i) => row[i % width] as number), [ROLE_COUNT, width]));
}
