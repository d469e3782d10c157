/** A fixed time, and signals seen before it. */
import type { PaperSignal } from "../../../src/papers/store/paper-record.ts";

export const NOW = new Date("2026-03-10T12:00:00Z");

export function daysBefore(days: number, now = NOW): Date {
  return new Date(now.getTime() - days * 86_400_000);
}

export function signal(kind: PaperSignal["kind"], value: number, daysAgo: number, source = "hugging-face", paper = "p"): PaperSignal {
  return { paper, source, kind, value, observedAt: daysBefore(daysAgo) };
}
