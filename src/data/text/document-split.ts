/**
 * Splits of text sources: 0 train, 1 dev, 2 test. Documents that share a key share a split, and the split of a key never
 * depends on which other keys there are, so a source may grow without moving anything.
 */
import { foldIn, keyFromSeed } from "../../engine/random/hash.ts";
import type { Split } from "../folds.ts";

export const SPLITS = ["train", "dev", "test"] as const satisfies readonly Split[];

const SPLIT_KEY = foldIn(keyFromSeed(0), "documents");

/** Uniform in [0, 1), by the key alone. */
export const shareOf = (key: string): number => foldIn(SPLIT_KEY, key)[0] / 2 ** 32;

/** 88 % train, 4 % dev, 8 % test: position in `SPLITS`. */
export function documentSplit(key: string): number {
  const share = shareOf(key);
  return share < 0.88 ? 0 : share < 0.92 ? 1 : 2;
}

/** Positions of a split's documents, ascending. `kept` leaves out others, such as near-twins. */
export function documentsOf(splits: Uint8Array, split: Split, kept: (index: number) => boolean = () => true): Int32Array {
  const wanted = SPLITS.indexOf(split);
  return Int32Array.from(splits.keys()).filter((index) => splits[index] === wanted && kept(index));
}

/**
 * Exact shares within groups: of each group's members, in an order that their keys decide, the first are test and the next
 * dev. Group shares are rounded so that the totals over all groups are exact (largest remainder).
 */
export function stratifiedSplits(keys: readonly string[], groups: readonly string[], totals: { readonly dev: number; readonly test: number }): Uint8Array {
  const members = new Map<string, number[]>();
  groups.forEach((group, i) => members.set(group, [...(members.get(group) ?? []), i]));
  const splits = new Uint8Array(keys.length);
  const quota = (total: number): Map<string, number> => {
    const exact = [...members].map(([group, list]) => ({ group, exact: (list.length * total) / keys.length }));
    const left = total - exact.reduce((sum, { exact: share }) => sum + Math.floor(share), 0);
    const favoured = new Set([...exact].sort((a, b) => (b.exact % 1) - (a.exact % 1) || (a.group < b.group ? -1 : 1)).slice(0, left).map(({ group }) => group));
    return new Map(exact.map(({ group, exact: share }) => [group, Math.floor(share) + (favoured.has(group) ? 1 : 0)]));
  };
  const [dev, test] = [quota(totals.dev), quota(totals.test)];
  for (const [group, list] of members) {
    const order = [...list].sort((a, b) => shareOf(keys[a] as string) - shareOf(keys[b] as string));
    const [tests, devs] = [test.get(group) as number, dev.get(group) as number];
    order.slice(0, tests).forEach((i) => (splits[i] = 2));
    order.slice(tests, tests + devs).forEach((i) => (splits[i] = 1));
  }
  return splits;
}
