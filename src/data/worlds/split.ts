/** Splits by meaning: the hash of what an item says, never its row, decides where it falls (80/10/10). */
import { bits, foldIn, keyFromSeed } from "../../engine/random/hash.ts";

export const SPLITS = ["train", "dev", "test"] as const;
export type Split = (typeof SPLITS)[number];

const SPLIT_KEY = foldIn(keyFromSeed(0), "worlds/split");

/** A uniform number in [0, 1) that depends on nothing but the text. */
export function hashUnit(text: string): number {
  return bits(foldIn(SPLIT_KEY, text), 0) / 2 ** 32;
}

/** Split of a split key, the same for every family and fixture. */
export function splitOf(splitKey: string): Split {
  const place = hashUnit(splitKey);
  if (place < 0.8) return "train";
  return place < 0.9 ? "dev" : "test";
}
