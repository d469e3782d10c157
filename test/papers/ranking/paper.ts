/** Papers and signals for tests. */
import type { PaperRecord, PaperSignal } from "../../../src/papers/store/paper-record.ts";

export const NOW = new Date("2026-03-10T12:00:00Z");

export function daysBefore(days: number, now = NOW): Date {
  return new Date(now.getTime() - days * 86_400_000);
}

export function paper(id: string, changes: Partial<PaperRecord> = {}): PaperRecord {
  return {
    id,
    slug: null,
    family: null,
    title: `Title of ${id}`,
    abstract: "",
    authors: [],
    year: 2026,
    venue: null,
    published: daysBefore(0),
    updated: null,
    arxiv: null,
    doi: null,
    url: null,
    code: null,
    categories: [],
    keywords: [],
    modalities: [],
    runs: false,
    withdrawn: false,
    ...changes,
  };
}

export function signal(kind: PaperSignal["kind"], value: number, daysAgo: number, source = "hugging-face"): PaperSignal {
  return { paper: "p", source, kind, value, observedAt: daysBefore(daysAgo) };
}
