/**
 * Finds concepts whose drawings are too alike to stand in two splits (clock faces, key caps, flags of the same
 * stripes). Its result is frozen in `emoji-joins.ts`, so that folds are known without any picture at hand.
 */
import { pixelsOf } from "../image/image-set.ts";
import { conceptOf } from "./emoji-concept.ts";
import type { EmojiSet } from "./emoji-art.ts";

/** Mean absolute difference of 16 x 16 thumbnails (0..255) below which two drawings count as one. */
export const NEAR = 4;
const THUMBNAIL = 16;

/** Groups of at least two concepts joined, directly or through others, by near-identical drawings of one style; sorted. */
export function nearIdenticalConcepts(set: EmojiSet, threshold = NEAR): string[][] {
  const thumbnails = Array.from({ length: set.count }, (_, i) => thumbnail(pixelsOf(set, i), set.height));
  const parent = new Map<string, string>();
  const rootOf = (concept: string): string => {
    const up = parent.get(concept) ?? concept;
    return up === concept ? concept : rootOf(up);
  };
  const concepts = set.codes.map(conceptOf);
  for (let a = 0; a < set.count; a++) {
    for (let b = 0; b < a; b++) {
      if (set.styles[a] !== set.styles[b] || concepts[a] === concepts[b]) continue;
      if (!closer(thumbnails[a] as Float32Array, thumbnails[b] as Float32Array, threshold)) continue;
      const [low, high] = [rootOf(concepts[a] as string), rootOf(concepts[b] as string)].sort() as [string, string];
      parent.set(high, low);
    }
  }
  const groups = new Map<string, Set<string>>();
  for (const concept of concepts) {
    const root = rootOf(concept);
    groups.set(root, (groups.get(root) ?? new Set()).add(concept));
  }
  return [...groups.values()].filter((group) => group.size > 1).map((group) => [...group].sort()).sort((x, y) => ((x[0] as string) < (y[0] as string) ? -1 : 1));
}

/** Block means, [16, 16, 3]. */
function thumbnail(pixels: Uint8Array, side: number): Float32Array {
  const block = side / THUMBNAIL;
  const means = new Float32Array(THUMBNAIL * THUMBNAIL * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const cell = (Math.floor(y / block) * THUMBNAIL + Math.floor(x / block)) * 3;
      for (let c = 0; c < 3; c++) means[cell + c] = (means[cell + c] as number) + (pixels[(y * side + x) * 3 + c] as number) / (block * block);
    }
  }
  return means;
}

/** Whether the mean absolute difference is below the threshold; stops as soon as it cannot be. */
function closer(a: Float32Array, b: Float32Array, threshold: number): boolean {
  const budget = threshold * a.length;
  let sum = 0;
  for (let i = 0; i < a.length && sum < budget; i++) sum += Math.abs((a[i] as number) - (b[i] as number));
  return sum < budget;
}
