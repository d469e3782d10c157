/** Papers as rows of the table `papers`, and back. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { PaperRecord } from "./paper-record.ts";
import { titleKey } from "./title-key.ts";

/** Columns with their types, in the order of `PaperRecord`; the derived ones follow. */
export const COLUMNS = {
  id: "text",
  slug: "text",
  family: "text",
  title: "text",
  abstract: "text",
  authors: "text[]",
  year: "integer",
  venue: "text",
  published: "timestamptz",
  updated: "timestamptz",
  arxiv: "text",
  doi: "text",
  url: "text",
  code: "text",
  categories: "text[]",
  keywords: "text[]",
  modalities: "text[]",
  runs: "boolean",
  withdrawn: "boolean",
  title_key: "text",
  content_hash: "text",
} as const;

const DERIVED = ["title_key", "content_hash"];

/** What a statement selects to make a `PaperRecord`. */
export const RECORD_COLUMNS = Object.keys(COLUMNS)
  .filter((column) => !DERIVED.includes(column))
  .join(", ");

const rowShape = z.object({
  id: z.string(),
  slug: z.string().nullable(),
  family: z.string().nullable(),
  title: z.string(),
  abstract: z.string(),
  authors: z.array(z.string()),
  year: z.number().nullable(),
  venue: z.string().nullable(),
  published: z.date().nullable(),
  updated: z.date().nullable(),
  arxiv: z.string().nullable(),
  doi: z.string().nullable(),
  url: z.string().nullable(),
  code: z.string().nullable(),
  categories: z.array(z.string()),
  keywords: z.array(z.string()),
  modalities: z.array(z.string()),
  runs: z.boolean(),
  withdrawn: z.boolean(),
});

/** The paper in a row that has `RECORD_COLUMNS`; further columns are left out. */
export function recordOf(row: unknown): PaperRecord {
  return rowShape.parse(row);
}

/** The row of a paper. What Postgres cannot store, the character NUL and halves of surrogate pairs, is taken out of its texts. */
export function rowOf(paper: PaperRecord): Readonly<Record<keyof typeof COLUMNS, unknown>> {
  const title = clean(paper.title);
  const abstract = clean(paper.abstract);
  const authors = paper.authors.map(clean);
  const keywords = paper.keywords.map(clean);
  const categories = paper.categories.map(clean);
  return {
    ...paper,
    title,
    abstract,
    authors,
    keywords,
    categories,
    venue: paper.venue === null ? null : clean(paper.venue),
    title_key: titleKey(title),
    content_hash: createHash("sha256").update(JSON.stringify([title, abstract, authors, keywords, categories])).digest("hex"),
  };
}

function clean(text: string): string {
  return text.toWellFormed().replaceAll("\0", "");
}
