/**
 * The counter-based generator of `hash.ts` as tensor operations, bit for bit, and a cheap way to many words.
 *
 * Hashing every element costs about ten passes over memory. Instead the n elements are laid out as a box i x j x k and
 *   word(i, j, k) = X(i, j) ^ Y(i, k) ^ Z(j, k)
 * of three tables of hashed words, which together are small: two passes. Any seven words are independent (a set of
 * words can only be dependent when every line of the box meets it an even number of times, and the smallest such set is
 * the 8 corners of a smaller box), which is more than means, variances, correlations and tests of triples can see.
 * This is tabulation hashing (Zobrist 1970; Thorup and Zhang 2012) with pairs of coordinates as characters.
 */
import { hostArray } from "../host-array.ts";
import { add, bitwiseXor, mul, shiftRight } from "../ops/arithmetic.ts";
import { reshape, sliceAxis } from "../ops/layout.ts";
import { tensor } from "../ops/lift.ts";
import { sizeOf } from "../shape.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { KEY_INCREMENT, MIX_FIRST, MIX_SECOND } from "./hash.ts";

/** A key computed in the graph: two uint32 scalars. */
export type GraphKey = readonly [Tensor, Tensor];

/** `mix` of hash.ts on each uint32 element. */
export function mixWords(x: Tensor): Tensor {
  const a = mul(bitwiseXor(x, shiftRight(x, 16)), MIX_FIRST);
  const b = mul(bitwiseXor(a, shiftRight(a, 15)), MIX_SECOND);
  return bitwiseXor(b, shiftRight(b, 16));
}

/** `bits` of hash.ts for each uint32 counter. */
export const hashWords = (key: GraphKey, counters: Tensor): Tensor => mixWords(bitwiseXor(mixWords(add(counters, key[0])), key[1]));

/** `foldIn` of hash.ts for a label below 2^32 that is known only in the graph. */
export function foldInWord([a, b]: GraphKey, label: Tensor): GraphKey {
  const low = mixWords(bitwiseXor(a, label));
  const lowKey = mixWords(add(add(b, low), KEY_INCREMENT));
  const high = mixWords(low); // the upper 32 bits of the label are 0
  return [high, mixWords(add(add(lowKey, high), KEY_INCREMENT))];
}

/** Below this many words each is hashed by itself. */
const SMALLEST_BOX = 4096;
/** Long innermost rows keep broadcasting fast; short ones keep the tables small. */
const LONGEST_ROW = 512;

/** uint32 words of a shape under a key. */
export function randomWords(key: GraphKey, shape: Shape): Tensor {
  const size = sizeOf(shape);
  if (size < SMALLEST_BOX) return reshape(hashWords(key, counters(size)), shape);
  const [i, j, k] = boxOf(size);
  const table = hashWords(key, counters(i * j + i * k + j * k));
  const x = reshape(sliceAxis(table, 0, 0, i * j), [i, j, 1]);
  const y = reshape(sliceAxis(table, 0, i * j, i * j + i * k), [i, 1, k]);
  const z = reshape(sliceAxis(table, 0, i * j + i * k, table.dim(0)), [1, j, k]);
  const words = reshape(bitwiseXor(bitwiseXor(x, y), z), [i * j * k]);
  return reshape(sliceAxis(words, 0, 0, size), shape);
}

/** Sides of a box of `size` elements, or of slightly more when `size` has no divisors that make the tables small. */
export function boxOf(size: number): readonly [number, number, number] {
  const exact = divide(size);
  if (tableSize(exact) <= size / 4) return exact;
  const step = 8 * LONGEST_ROW;
  return divide(Math.ceil(size / step) * step);
}

function divide(size: number): readonly [number, number, number] {
  const k = largestDivisor(size, Math.min(LONGEST_ROW, Math.sqrt(size)));
  const j = largestDivisor(size / k, Math.sqrt(size / k));
  return [size / k / j, j, k];
}

const tableSize = ([i, j, k]: readonly [number, number, number]): number => i * j + i * k + j * k;

function largestDivisor(n: number, limit: number): number {
  let divisor = Math.floor(limit);
  while (n % divisor !== 0) divisor--;
  return divisor;
}

/** 0..n-1 as uint32; a long range is the sum of two short ones, so that the graph stays small. */
function counters(n: number): Tensor {
  const range = (length: number, step: number): Tensor => tensor(hostArray(Uint32Array.from({ length }, (_, index) => index * step), [length]));
  if (n <= LONGEST_ROW) return range(n, 1);
  const rows = Math.ceil(n / LONGEST_ROW);
  const grid = add(reshape(range(rows, LONGEST_ROW), [rows, 1]), range(LONGEST_ROW, 1));
  return sliceAxis(reshape(grid, [rows * LONGEST_ROW]), 0, 0, n);
}
