/**
 * Ten folds by meaning: what shares a key shares a fold, and the fold of a key never depends on which other keys a
 * set holds. Folds 0-6 train, 7 is for choosing, 8-9 are for the final number.
 */
import { foldIn, keyFromSeed } from "../engine/random/hash.ts";

export const FOLDS = 10;

export const SPLIT_FOLDS = {
  train: [0, 1, 2, 3, 4, 5, 6],
  dev: [7],
  test: [8, 9],
} as const satisfies Record<string, readonly number[]>;

export type Split = keyof typeof SPLIT_FOLDS;

const FOLD_KEY = foldIn(keyFromSeed(0), "folds");

/** Fold of a split key, 0..9. */
export function foldOf(key: string): number {
  return foldIn(FOLD_KEY, key)[0] % FOLDS;
}

/** Positions of a split's items, ascending. */
export function indicesOfSplit(folds: Uint8Array, split: Split): Int32Array {
  const members: readonly number[] = SPLIT_FOLDS[split];
  return Int32Array.from(folds.keys()).filter((index) => members.includes(folds[index] as number));
}
