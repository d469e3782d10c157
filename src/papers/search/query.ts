/**
 * What a person typed, taken apart.
 *
 *   words                  papers about them; not all need to be there
 *   "several words"        stand so in the paper
 *   title:word  author:"full name"   stands in that field
 *   family:masked  year:2021  year:2019..2022  year:2020..  modality:image
 *   -word  -"several words"  -author:name    papers that have it are left out
 *
 * A colon that no blank follows makes a field only if the name before it is one; so titles can be pasted as they are.
 * A query that is just an arXiv identifier or a DOI, in any of its forms, asks for that paper.
 */
import { arxivIdentifier, normaliseDoi } from "../harvest/identifiers.ts";
import { plainText } from "../harvest/plain-text.ts";
import { suggestion } from "../../lab/suggestion.ts";
import { QueryError } from "./port.ts";
import type { SearchFilters } from "./port.ts";
import { readable } from "./readable.ts";
import { isStopWord, termsOf, tokensOf } from "./terms.ts";

/** Characters of a query, and words of it that count. */
export const LONGEST_QUERY = 600;
const MOST_WORDS = 64;

/** Where a demanded phrase must stand; undefined: anywhere. */
export type TextField = "title" | "author";

export interface Phrase {
  readonly field?: TextField;
  /** In the order in which they must stand. */
  readonly terms: readonly string[];
}

export interface ParsedQuery {
  /** The query as a sentence for models, without syntax and without what is excluded. */
  readonly text: string;
  /** What a paper that is meant by name is called: an identifier in its bare form, else all that was typed. */
  readonly name: string;
  /** Different terms that are searched for, without words that say nothing unless there are no others. */
  readonly terms: readonly string[];
  readonly required: readonly Phrase[];
  readonly excluded: readonly Phrase[];
  readonly filters: SearchFilters;
  readonly notices: readonly string[];
}

const FIELDS = ["title", "author", "family", "year", "modality"] as const;
type Field = (typeof FIELDS)[number];

/** An optional minus, an optional field, then a text in quotes or a run without blanks. */
const PIECE = /(?<minus>-)?(?:(?<field>\p{L}+):(?=\S))?(?:"(?<quoted>[^"]*)"|(?<word>[^\s"]+))/gu;

/** Takes a query apart. Throws `QueryError` when it is too long, or asks for a year that is none. */
export function parseQuery(typed: string): ParsedQuery {
  if (typed.length > LONGEST_QUERY) throw new QueryError(`the query has ${typed.length} characters; at most ${LONGEST_QUERY} can be searched for`);
  const query = cleaned(typed);
  const identifier = identifierIn(query);
  if (identifier !== null) return { text: identifier, name: identifier, terms: tellingTerms(identifier), required: [], excluded: [], filters: {}, notices: [] };
  const parts: string[] = [];
  const required: Phrase[] = [];
  const excluded: Phrase[] = [];
  const notices: string[] = [];
  let filters: SearchFilters = {};
  for (const { 0: whole, groups = {}, index } of query.matchAll(PIECE)) {
    const { quoted, word } = groups;
    const startsWord = index === 0 || /\s/u.test(query[index - 1] ?? "");
    const field = startsWord ? FIELDS.find((name) => name === groups["field"]?.toLowerCase()) : undefined;
    const minus = groups["minus"] !== undefined && startsWord;
    const text = quoted ?? word ?? "";
    if (groups["field"] !== undefined && field === undefined) {
      if (quoted !== undefined || !text.startsWith("/")) notices.push(`"${groups["field"]}:" is no field${suggestion(groups["field"], FIELDS)}; searched as a word (fields are ${FIELDS.join(", ")})`);
      parts.push(`${groups["field"]} ${text}`);
    } else if (field === "family" || field === "year" || field === "modality") {
      if (minus) notices.push(`-${field}: cannot be left out by the query; it was ignored`);
      else filters = { ...filters, ...filterOf(field, text) };
    } else {
      const phrase = { ...(field !== undefined && { field }), terms: tokensOf(text).map(({ term }) => term) };
      if (phrase.terms.length === 0) continue;
      if (minus) excluded.push(phrase);
      else {
        if (quoted !== undefined || field !== undefined) required.push(phrase);
        parts.push(field === "author" ? "" : quoted ?? (field === undefined ? whole : text));
      }
    }
  }
  const text = parts.filter((part) => part !== "").join(" ");
  return { text, name: query, terms: tellingTerms([text, ...required.flatMap(({ terms }) => terms)].join(" ")), required, excluded, filters, notices };
}

/** What the paper that `typed` means is called, if it means one: an identifier in its bare form, else all of it. */
export function nameIn(typed: string): string {
  const name = cleaned(typed);
  return identifierIn(name) ?? name;
}

function identifierIn(query: string): string | null {
  return arxivIdentifier(query) ?? normaliseDoi(query);
}

/** The query is one of words alone: nothing is demanded or left out. */
export function isPlain({ required, excluded }: ParsedQuery): boolean {
  return required.length === 0 && excluded.length === 0;
}

/** One line of text as people read it: no control characters, which databases and terminals do not take well, and no LaTeX. */
export function cleaned(typed: string): string {
  return readable(plainText(typed)).replaceAll(/[\u201c\u201d\u201e\u00ab\u00bb]/gu, '"');
}

/** Different terms, those that say nothing left out while others remain. */
export function tellingTerms(text: string): string[] {
  const terms = [...new Set(termsOf(text))].slice(0, MOST_WORDS);
  const telling = terms.filter((term) => !isStopWord(term));
  return telling.length > 0 ? telling : terms;
}

function filterOf(field: Extract<Field, "family" | "year" | "modality">, text: string): SearchFilters {
  switch (field) {
    case "family":
      return { family: text.toLowerCase() };
    case "modality":
      return { modality: text.toLowerCase() };
    case "year":
      return yearsOf(text);
  }
}

/** Years as "2021", "2019..2022", "2019.." or "..2022". Throws `QueryError`. */
export function yearsOf(text: string): SearchFilters {
  const { from, range, to } = /^(?<from>\d{4})?(?<range>\.\.)?(?<to>\d{4})?$/u.exec(text)?.groups ?? {};
  if ((from === undefined && to === undefined) || (range === undefined && to !== undefined)) throw new QueryError(`"${text}" is no year; write one such as 2021, or a range such as 2019..2022, 2019.. or ..2022`);
  const [yearFrom, yearTo] = [from, range === undefined ? from : to].map((year) => (year === undefined ? undefined : Number(year)));
  if (yearFrom !== undefined && yearTo !== undefined && yearFrom > yearTo) throw new QueryError(`the years ${text} run backwards; write ${yearTo}..${yearFrom}`);
  return { ...(yearFrom !== undefined && { yearFrom }), ...(yearTo !== undefined && { yearTo }) };
}
