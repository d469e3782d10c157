/** Why a paper is a result: the passages that speak for it, and what each stage made of it, in plain words. */
import type { PaperPassage, SearchDocument } from "./documents.ts";
import type { Passage } from "./port.ts";
import { compoundsOf, tokensOf } from "./terms.ts";

/** Passages shown beside the title. */
const MOST_PASSAGES = 2;

export interface Evidence {
  /** Terms the query was read as. */
  readonly terms: readonly string[];
  /** How much a term tells. */
  weight(term: string): number;
  /** Position of the passage nearest in meaning, if the dense stage found the paper: 0 title and keywords, n passage n - 1. */
  readonly nearest?: number;
}

/** Where a paper stood after each stage, from 1. */
export interface Standing {
  readonly exact: boolean;
  readonly lexical?: number;
  readonly dense?: number;
  readonly fused: number;
  /** In the end. */
  readonly final: number;
  readonly reranked: boolean;
}

/** The title if it has words of the query, then the passage with the most telling words, then the one nearest in meaning. */
export function passagesFor(document: SearchDocument, { terms, weight, nearest }: Evidence): Passage[] {
  const wanted = new Set(terms);
  const marked = ({ field, text }: PaperPassage): Passage => ({ field, text, marks: marksIn(text, wanted) });
  const title = marked({ field: "title", text: document.title });
  const candidates = [...document.passages, { field: "keywords", text: document.keywords.join(", ") }, { field: "authors", text: document.authors.join(", ") }]
    .map((passage) => ({ passage, told: told(passage.text, wanted, weight) }))
    .filter(({ told: value }) => value > 0)
    .sort((a, b) => b.told - a.told);
  const meant = nearest === undefined || nearest === 0 ? undefined : document.passages[nearest - 1];
  const shown = [candidates[0]?.passage, meant].filter((passage) => passage !== undefined);
  const passages = [...new Set(shown)].slice(0, MOST_PASSAGES).map(marked);
  return title.marks.length > 0 ? [title, ...passages] : passages;
}

/** One sentence or two for the reader. */
export function explanationOf({ exact, lexical, dense, fused, final, reranked }: Standing, words: readonly string[]): string {
  if (exact) return "Its title or name is what you typed.";
  const quoted = words.map((word) => `"${word}"`).join(", ");
  const reasons = [
    ...(lexical === undefined ? [] : [`${ordinal(lexical)} by its words${quoted === "" ? "" : ` (${quoted})`}`]),
    ...(dense === undefined ? [] : [`${ordinal(dense)} by meaning`]),
  ];
  if (reasons.length === 0) return "It passes the filters.";
  const first = `It came ${reasons.join(" and ")}.`;
  if (!reranked || fused === final) return first;
  return `${first} Read together with the query, it went ${final < fused ? "up" : "down"} from place ${fused} to ${final}.`;
}

/** Different words of the query that a paper has, as the paper writes them. */
export function matchedWords(passages: readonly Passage[]): string[] {
  return [...new Set(passages.flatMap(({ text, marks }) => marks.map(([start, end]) => text.slice(start, end).toLowerCase())))];
}

/** Parts of `text` that are one of the terms; words with hyphens whole if they are. */
function marksIn(text: string, wanted: ReadonlySet<string>): [number, number][] {
  const marks: [number, number][] = [];
  const found = [...compoundsOf(text), ...tokensOf(text)].filter(({ term }) => wanted.has(term)).sort((a, b) => a.start - b.start || b.end - a.end);
  for (const { start, end } of found) {
    if (start >= (marks.at(-1)?.[1] ?? 0)) marks.push([start, end]);
  }
  return marks;
}

function told(text: string, wanted: ReadonlySet<string>, weight: (term: string) => number): number {
  const terms = new Set([...tokensOf(text), ...compoundsOf(text)].map(({ term }) => term).filter((term) => wanted.has(term)));
  return [...terms].reduce((total, term) => total + weight(term), 0);
}

function ordinal(rank: number): string {
  const tens = rank % 100;
  const ending = tens >= 11 && tens <= 13 ? "th" : (["th", "st", "nd", "rd"][rank % 10] ?? "th");
  return `${rank}${ending}`;
}
