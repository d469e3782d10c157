/** Which texts share a batch: those of like length, so that little is spent on padding. */

export interface BatchLimits {
  /** Most tokens of a batch, padding included. A single longer text is a batch of its own. */
  readonly tokens: number;
  /** Most texts of a batch; default no limit. */
  readonly rows?: number;
}

/** Batches of positions, the shortest texts first. Every position occurs once. */
export function planBatches(lengths: readonly number[], { tokens, rows = Infinity }: BatchLimits): number[][] {
  const order = lengths.map((_, i) => i).sort((a, b) => (lengths[a] as number) - (lengths[b] as number));
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const i of order) {
    const longest = lengths[i] as number;
    if (batch.length > 0 && (batch.length >= rows || (batch.length + 1) * longest > tokens)) {
      batches.push(batch);
      batch = [];
    }
    batch.push(i);
  }
  return batch.length === 0 ? batches : [...batches, batch];
}
