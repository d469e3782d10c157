/** A paper in a few sentences: in our own words where the catalogue has them, else the beginning of its abstract. */
import { findCard } from "../catalogue/catalogue.ts";
import type { PaperRecord } from "../store/paper-record.ts";

/** Characters of an abstract. */
const EXCERPT = 320;

export interface Summary {
  readonly text: string;
  /** Whether the words are ours. */
  readonly ours: boolean;
}

export function summaryOf({ slug, abstract }: PaperRecord): Summary {
  const card = slug === null ? undefined : findCard(slug)?.card;
  if (card !== undefined) return { text: [...card.problem, ...card.idea.slice(0, 2)].join(" "), ours: true };
  return { text: excerpt(abstract.toWellFormed().replace(/[\p{Cc}\s]+/gu, " ").trim()), ours: false };
}

/** Ends at a sentence if one ends in the second half, else at a word. */
function excerpt(text: string): string {
  if (text.length <= EXCERPT) return text;
  const start = text.slice(0, EXCERPT).toWellFormed();
  const sentence = start.search(/[.!?](?= [^.!?]*$)/);
  if (sentence > EXCERPT / 2) return start.slice(0, sentence + 1);
  return `${start.slice(0, Math.max(start.lastIndexOf(" "), EXCERPT / 2)).replace(/[\s\uFFFD]+$/, "")}…`;
}
