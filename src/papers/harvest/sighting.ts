/**
 * A sighting: what one source says of one paper. Sources make sightings, identity.ts finds those of the same paper,
 * merge.ts makes the paper of them.
 */
import { z } from "zod";
import { plainText } from "./plain-text.ts";

const LONGEST_TITLE = 2_000;
const LONGEST_ABSTRACT = 100_000;
const MOST_AUTHORS = 10_000;
const MOST_LABELS = 1_000;

const text = (longest: number) => z.string().transform(plainText).pipe(z.string().max(longest));
const optionalText = (longest: number) => text(longest).nullish().transform((value) => value || null);
const labels = z.array(text(300)).max(MOST_LABELS).default([]).transform((values) => [...new Set(values.filter((value) => value !== ""))]);
const webAddress = optionalText(2_000).transform((value) => (value !== null && /^https?:\/\//i.test(value) && URL.canParse(value) ? value : null));
const date = z
  .union([z.date(), z.string().trim().min(1)])
  .nullish()
  .transform((value, context) => {
    if (value === null || value === undefined) return null;
    const parsed = new Date(value);
    const year = parsed.getUTCFullYear();
    if (year >= EARLIEST_YEAR && year <= LATEST_YEAR) return parsed.toISOString();
    context.addIssue({ code: "custom", message: `"${String(value)}" is no date between ${EARLIEST_YEAR} and ${LATEST_YEAR}` });
    return z.NEVER;
  });

const EARLIEST_YEAR = 1600;
const LATEST_YEAR = 2200;

/**
 * The facts of a sighting, as JSON. Text is plain, one line, without control characters; dates are ISO 8601 in UTC;
 * `arxiv` has no version and `doi` is bare and lower case (identifiers.ts makes them so).
 */
export const factsSchema = z.object({
  title: text(LONGEST_TITLE).pipe(z.string().min(1, "a paper needs a title")),
  abstract: text(LONGEST_ABSTRACT).nullish().transform((value) => value ?? ""),
  authors: z.array(text(500)).max(MOST_AUTHORS).default([]).transform((names) => names.filter((name) => name !== "")),
  year: z.number().int().min(EARLIEST_YEAR).max(LATEST_YEAR).nullish().transform((value) => value ?? null),
  venue: optionalText(1_000),
  published: date,
  updated: date,
  arxiv: optionalText(40),
  doi: optionalText(300),
  url: webAddress,
  code: webAddress,
  categories: labels,
  keywords: labels,
  withdrawn: z.boolean().default(false),
});
export type Facts = z.infer<typeof factsSchema>;
/** What a source hands in; `factsSchema` cleans and checks it. */
export type RawFacts = z.input<typeof factsSchema>;

/** What a source says of a paper at the moment of harvest. */
export interface Observation {
  readonly kind: "upvotes" | "stars" | "citations" | "comments";
  readonly value: number;
}

export interface Sighting {
  /** `arxiv`, `arxiv-oai`, `hugging-face`, `openalex`, `feed:<host>`, `bibtex:<file>` or `jsonl:<file>`. */
  readonly source: string;
  /** What the source calls the paper; one sighting for each. */
  readonly externalId: string;
  readonly facts: Facts;
}

/** A record that could not be used, and why. */
export interface Problem {
  readonly source: string;
  /** Where it stands: an identifier, or page and position. */
  readonly position: string;
  readonly reason: string;
}
