/** Papers for tests. */
import type { PaperRecord } from "../../../src/papers/store/paper-record.ts";

/** A paper with `changes`, otherwise as bare as a paper can be. */
export function paper(id: string, changes: Partial<PaperRecord> = {}): PaperRecord {
  return {
    id,
    slug: null,
    family: null,
    title: `Title of ${id}`,
    abstract: "",
    authors: [],
    year: null,
    venue: null,
    published: null,
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
