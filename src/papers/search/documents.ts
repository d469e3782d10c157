/** A paper as search sees it: plain text, in fields and passages. */
import type { SearchFilters } from "./port.ts";
import { readable } from "./readable.ts";
import type { PaperFilters } from "../store/papers.ts";
import type { PaperRecord } from "../store/paper-record.ts";

/** A part of a paper that is encoded and shown as one. */
export interface PaperPassage {
  /** `title`, or where in the card or abstract it stands. */
  readonly field: string;
  readonly text: string;
}

export interface SearchDocument {
  readonly id: string;
  readonly slug: string | null;
  readonly title: string;
  /** What people call it: the title's part before a colon, if that is short; the slug; identifiers. */
  readonly names: readonly string[];
  readonly keywords: readonly string[];
  readonly authors: readonly string[];
  readonly family: string | null;
  readonly year: number | null;
  readonly modalities: readonly string[];
  readonly status: "runs" | "planned" | null;
  readonly hasCode: boolean;
  /** Of the abstract or card; the title is not among them. */
  readonly passages: readonly PaperPassage[];
}

const MOST_SENTENCES = 3;
/** Characters after which a passage takes no further sentence; about 60 words. */
const LONG_ENOUGH = 320;
const LONGEST_SENTENCE = 1200;
/** Passages beyond it are not searched by meaning; abstracts have five. */
const MOST_PASSAGES = 24;
const LONGEST_NAME = 32;
const CARD_FIELDS = ["problem", "idea", "claims", "checks"];
const sentences = new Intl.Segmenter("en", { granularity: "sentence" });

export function documentOf(paper: PaperRecord): SearchDocument {
  const title = readable(paper.title);
  const [name] = title.split(/:\s/u, 1);
  const hasName = name !== undefined && name !== title && name.length <= LONGEST_NAME;
  return {
    id: paper.id,
    slug: paper.slug,
    title,
    names: [...new Set([...(hasName ? [name] : []), paper.slug, paper.arxiv, paper.doi].filter((item) => item !== null))],
    keywords: paper.keywords.map(readable),
    authors: paper.authors.map(readable),
    family: paper.family,
    year: paper.year,
    modalities: paper.modalities,
    status: statusOf(paper),
    hasCode: paper.code !== null,
    passages: passagesOf(paper),
  };
}

/** A catalogued paper whose system does not run yet is planned. */
export function statusOf({ runs, slug }: Pick<PaperRecord, "runs" | "slug">): SearchDocument["status"] {
  if (runs) return "runs";
  return slug === null ? null : "planned";
}

/** Passages of one to three sentences. A card's parts, which the store joins by blank lines, are kept apart. */
export function passagesOf({ slug, abstract }: Pick<PaperRecord, "slug" | "abstract">): PaperPassage[] {
  const paragraphs = abstract.split(/\n{2,}/u).filter((paragraph) => paragraph.trim() !== "");
  const isCard = slug !== null && paragraphs.length === CARD_FIELDS.length;
  return paragraphs.flatMap((paragraph, i) => cut(readable(paragraph.replaceAll(/\s+/gu, " ").trim())).map((text) => ({ field: isCard ? (CARD_FIELDS[i] as string) : "abstract", text }))).slice(0, MOST_PASSAGES);
}

/** What is encoded of a paper, in order: title and keywords first, then each passage. */
export function encodedTexts({ title, keywords, passages }: Pick<SearchDocument, "title" | "keywords" | "passages">): string[] {
  return [keywords.length > 0 ? `${title}. ${keywords.join(", ")}` : title, ...passages.map(({ text }) => text)];
}

/** The store's filters for ours. */
export function paperFilters({ family, yearFrom, yearTo, modality, status, hasCode }: SearchFilters): PaperFilters {
  return {
    ...(family !== undefined && { family }),
    ...(yearFrom !== undefined && { yearFrom }),
    ...(yearTo !== undefined && { yearTo }),
    ...(modality !== undefined && { modality }),
    ...(status !== undefined && { runs: status === "runs" }),
    ...(status === "planned" && { catalogued: true }),
    ...(hasCode !== undefined && { hasCode }),
  };
}

/** Whether a document passes; the same rule as `paperFilters` in SQL. */
export function passesFilters(document: Pick<SearchDocument, "family" | "year" | "modalities" | "status" | "hasCode">, { family, yearFrom, yearTo, modality, status, hasCode }: SearchFilters): boolean {
  const year = document.year ?? NaN; // a paper without a year passes no bound
  return (
    (family === undefined || document.family === family) &&
    (yearFrom === undefined || year >= yearFrom) &&
    (yearTo === undefined || year <= yearTo) &&
    (modality === undefined || document.modalities.includes(modality)) &&
    (status === undefined || document.status === status) &&
    (hasCode === undefined || document.hasCode === hasCode)
  );
}

function cut(paragraph: string): string[] {
  const passages: string[] = [];
  let current = "";
  let count = 0;
  for (const { segment } of sentences.segment(paragraph)) {
    current += segment.slice(0, LONGEST_SENTENCE);
    if (++count === MOST_SENTENCES || current.length >= LONG_ENOUGH) {
      passages.push(current.trim());
      current = "";
      count = 0;
    }
  }
  return [...passages, current.trim()].filter((text) => text !== "");
}
