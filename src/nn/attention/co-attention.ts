/** Two texts read each other without parameters of their own, and what they read is compared (ESIM, arXiv 1609.06038; DAM-type rankers). */
import { concat } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { pool } from "../heads/pool.ts";
import { attend } from "./attend.ts";
import { validKeys } from "./mask.ts";

export interface CoAttended {
  /** What each token of a reads in b, [B, m, d]. */
  readonly ofA: Tensor;
  /** What each token of b reads in a, [B, n, d]. */
  readonly ofB: Tensor;
}

/** softmax over b of a b^T / sqrt(d) applied to b, and the same turned round. a [B, m, d], b [B, n, d]; `valid` bool [B, m] and [B, n]. */
export function coAttend(a: Tensor, b: Tensor, { validA, validB }: { readonly validA?: Tensor; readonly validB?: Tensor } = {}): CoAttended {
  const read = (reader: Tensor, text: Tensor, valid: Tensor | undefined): Tensor => attend(reader.unsqueeze(1), text.unsqueeze(1), text.unsqueeze(1), { mask: valid === undefined ? undefined : validKeys(valid) }).output.squeeze(1);
  return { ofA: read(a, b, validB), ofB: read(b, a, validA) };
}

/** [x, y, x - y, x * y, (x - y)^2] along the last axis: [.., d] -> [.., 5 d]. */
export function compareFeatures(x: Tensor, y: Tensor): Tensor {
  const difference = x.sub(y);
  return concat([x, y, difference, x.mul(y), difference.square()], -1);
}

/** First token, mean and maximum of the real tokens, joined: [B, L, d] -> [B, 3 d]. */
export const poolConcat = (tokens: Tensor, valid?: Tensor): Tensor => concat([pool(tokens, "first", valid), pool(tokens, "mean", valid), pool(tokens, "max", valid)], -1);

/** Each example `times` times, side by side: [B, ..] -> [B times, ..]. */
export const repeatEach = (x: Tensor, times: number): Tensor => (times === 1 ? x : x.unsqueeze(1).expand([x.dim(0), times, ...x.shape.slice(1)]).reshape([x.dim(0) * times, ...x.shape.slice(1)]));

/** Every text of a batch of B with every one of another of N: [B, L, d] and [N, M, d] -> pairs [B N, L, d] and [B N, M, d], b changing fastest. */
export function allPairs(a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  const [rows, columns] = [a.dim(0), b.dim(0)];
  return [
    repeatEach(a, columns),
    b.unsqueeze(0).expand([rows, columns, ...b.shape.slice(1)]).reshape([rows * columns, ...b.shape.slice(1)]),
  ];
}
