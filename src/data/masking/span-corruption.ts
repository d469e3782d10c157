/**
 * Span corruption (T5, arXiv 1910.10683): spans are replaced by sentinels, and the target spells each sentinel with what it
 * stands for. Source and target together hold every token once, so `restoreSpans` gives the text back.
 */
import type { RandomStream } from "../../engine/random/stream.ts";

export interface SpanCorruption {
  /** Share of tokens to hide; 0.15. */
  readonly rate?: number;
  /** Mean length of a span; 3. */
  readonly meanSpan?: number;
}

export interface CorruptedText {
  /** int32, the text with a sentinel for each span. */
  readonly source: Int32Array;
  /** int32, sentinel and span by turns, then the next sentinel: the end. */
  readonly target: Int32Array;
}

/** Random lengths of `parts` pieces, each at least 1, that sum to `total`: every division is equally likely. */
export function randomPartition(random: RandomStream, total: number, parts: number): number[] {
  const cuts = [...random.permutation(total - 1).slice(0, parts - 1)].map((cut) => cut + 1).sort((a, b) => a - b);
  return [...cuts, total].map((cut, i) => cut - (i === 0 ? 0 : (cuts[i - 1] as number)));
}

/** Number of hidden tokens and spans for a text: fixed by its length, so equal lengths give equal shapes. */
export function spanCounts(length: number, { rate = 0.15, meanSpan = 3 }: SpanCorruption = {}): { readonly hidden: number; readonly spans: number } {
  const hidden = Math.min(length - 1, Math.max(1, Math.round(length * rate)));
  return { hidden, spans: Math.max(1, Math.min(Math.round(hidden / meanSpan), hidden, length - hidden)) };
}

/** Lengths of source and target for a text of `length` tokens. */
export function corruptedLengths(length: number, config?: SpanCorruption): { readonly source: number; readonly target: number } {
  const { hidden, spans } = spanCounts(length, config);
  return { source: length - hidden + spans, target: hidden + spans + 1 };
}

/** Hides spans of a text of at least two tokens. Visible and hidden pieces take turns, a visible one first. */
export function corruptSpans(random: RandomStream, ids: Int32Array, sentinels: readonly number[], config?: SpanCorruption): CorruptedText {
  if (ids.length < 2) throw new RangeError(`corruptSpans: expected at least 2 tokens, got ${ids.length}`);
  const { hidden, spans } = spanCounts(ids.length, config);
  if (spans + 1 > sentinels.length) throw new RangeError(`corruptSpans: ${ids.length} tokens make ${spans} spans, which need ${spans + 1} sentinels; the tokenizer has ${sentinels.length}`);
  const visibleLengths = randomPartition(random, ids.length - hidden, spans);
  const hiddenLengths = randomPartition(random, hidden, spans);
  const { source: sourceLength, target: targetLength } = corruptedLengths(ids.length, config);
  const [source, target] = [new Int32Array(sourceLength), new Int32Array(targetLength)];
  let [at, toSource, toTarget] = [0, 0, 0];
  for (let span = 0; span < spans; span++) {
    const [visible, lost] = [visibleLengths[span] as number, hiddenLengths[span] as number];
    source.set(ids.subarray(at, at + visible), toSource);
    source[toSource + visible] = target[toTarget] = sentinels[span] as number;
    target.set(ids.subarray(at + visible, at + visible + lost), toTarget + 1);
    at += visible + lost;
    toSource += visible + 1;
    toTarget += lost + 1;
  }
  target[toTarget] = sentinels[spans] as number;
  return { source, target };
}

/** The text again: each sentinel of the source replaced by what follows it in the target. */
export function restoreSpans({ source, target }: CorruptedText, sentinels: readonly number[]): Int32Array {
  const marks = new Set(sentinels);
  const spans = new Map<number, number[]>();
  let current: number[] = [];
  for (const id of target) {
    if (marks.has(id)) spans.set(id, (current = []));
    else current.push(id);
  }
  return Int32Array.from([...source].flatMap((id) => (marks.has(id) ? (spans.get(id) ?? []) : [id])));
}
