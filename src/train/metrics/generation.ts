/** How near a written text is to one written by a person. */

/** Counts of runs of `n` items. */
function runs(items: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= items.length; i++) {
    const run = items.slice(i, i + n).join("\u0001");
    counts.set(run, (counts.get(run) ?? 0) + 1);
  }
  return counts;
}

const total = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, count) => sum + count, 0);

/**
 * chrF (Popovic 2015): precision and recall of runs of 1 to `order` characters, blanks left out, each averaged over the
 * lengths that a text has; F with recall `beta` times as important. 0 to 1; 1 for equal texts.
 */
export function chrF(written: string, reference: string, { order = 6, beta = 2 }: { readonly order?: number; readonly beta?: number } = {}): number {
  const [own, theirs] = [written, reference].map((text) => [...text.replaceAll(/\s+/gu, "")]) as [string[], string[]];
  let [precision, recall, orders] = [0, 0, 0];
  for (let n = 1; n <= order; n++) {
    const [a, b] = [runs(own, n), runs(theirs, n)];
    const [sumA, sumB] = [total(a), total(b)];
    if (sumA === 0 && sumB === 0) continue;
    const shared = [...a].reduce((sum, [run, count]) => sum + Math.min(count, b.get(run) ?? 0), 0);
    precision += sumA === 0 ? 0 : shared / sumA;
    recall += sumB === 0 ? 0 : shared / sumB;
    orders++;
  }
  if (precision === 0 || recall === 0) return 0;
  const [p, r] = [precision / orders, recall / orders];
  return ((1 + beta ** 2) * p * r) / (beta ** 2 * p + r);
}

const WORD = /[\p{L}\p{N}]+/gu;
const wordsOf = (text: string): string[] => text.toLowerCase().match(WORD) ?? [];

/** ROUGE-L (Lin 2004): F1 of the longest common subsequence of words, case and punctuation aside. 0 to 1. */
export function rougeL(written: string, reference: string): number {
  const [a, b] = [wordsOf(written), wordsOf(reference)];
  if (a.length === 0 || b.length === 0) return a.length === b.length ? 1 : 0;
  let row = new Uint32Array(b.length + 1);
  for (const word of a) {
    const next = new Uint32Array(b.length + 1);
    for (let j = 1; j <= b.length; j++) next[j] = word === b[j - 1] ? (row[j - 1] as number) + 1 : Math.max(row[j] as number, next[j - 1] as number);
    row = next;
  }
  return (2 * (row[b.length] as number)) / (a.length + b.length);
}
