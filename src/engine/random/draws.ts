/**
 * Which draw of a trace is being made. Every draw of a random source takes the next number, beginning at 0 in each
 * trace, so a step compiled again, or after a restart, makes the same draws. Recomputation repeats the numbers.
 */
import { currentTrace } from "../trace.ts";

/** Stands for the time outside any trace, when values are read with `evaluate`. */
const UNTRACED = {};

/** Numbers of the first draws made while they are recorded, by source. */
export type DrawStarts = Map<DrawCounter, number>;

const recordings: DrawStarts[] = [];

export class DrawCounter {
  private readonly next = new WeakMap<object, number>();

  /** Number of this draw in the running trace. */
  take(): number {
    const draw = this.position;
    for (const starts of recordings) if (!starts.has(this)) starts.set(this, draw);
    this.position = draw + 1;
    return draw;
  }

  get position(): number {
    return this.next.get(currentTrace() ?? UNTRACED) ?? 0;
  }

  set position(draw: number) {
    this.next.set(currentTrace() ?? UNTRACED, draw);
  }
}

/** Runs `fn` and tells where each source stood before its first draw in it. */
export function recordDraws<R>(fn: () => R): { readonly result: R; readonly starts: DrawStarts } {
  const starts: DrawStarts = new Map();
  recordings.push(starts);
  try {
    return { result: fn(), starts };
  } finally {
    recordings.splice(recordings.indexOf(starts), 1);
  }
}

/** Runs `fn` making the recorded draws again; afterwards sources continue where they stood. */
export function replayDraws<R>(starts: DrawStarts, fn: () => R): R {
  const before = [...starts.keys()].map((counter) => [counter, counter.position] as const);
  for (const [counter, start] of starts) counter.position = start;
  try {
    return fn();
  } finally {
    for (const [counter, position] of before) counter.position = position;
  }
}
