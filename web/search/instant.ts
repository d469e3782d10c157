/** Questions as addresses, and their answers from the server. */
import { QueryError } from "../../src/papers/search/port.ts";
import type { SearchFilters } from "../../src/papers/search/port.ts";
import type { Answer, SuggestionView } from "../../src/server/pages/views.ts";

export interface Question {
  readonly query: string;
  readonly filters: SearchFilters;
}

/** What the server says of a question that it cannot answer. */
interface Refusal {
  readonly error: { readonly message: string };
}

/** Filters alone list whole families; the server gives at most so many. */
const LISTED = 100;
const HITS = 20;
/** Suggestions that are shown at most. */
export const SUGGESTIONS = 6;

/** Address of the page that answers a question. */
export function addressOf(question: Question): string {
  const parameters = parametersOf(question);
  return parameters.size === 0 ? "/" : `/?${parameters.toString()}`;
}

/** What goes on as `typed` begins. Rejects when the server does not answer. */
export async function instantSuggestions(typed: string, signal: AbortSignal): Promise<readonly SuggestionView[]> {
  const { suggestions } = await fetchJson<{ readonly suggestions: readonly SuggestionView[] }>("/api/suggest", new URLSearchParams({ q: typed, limit: String(SUGGESTIONS) }), signal);
  return suggestions;
}

/** The answer to a question; null when nothing is asked. Rejects with a QueryError when it cannot be asked, otherwise when the server does not answer. */
export async function instantAnswer(question: Question, signal: AbortSignal): Promise<Answer | null> {
  const parameters = parametersOf(question);
  if (parameters.size === 0) return null;
  parameters.set("limit", String(limitOf(question)));
  return fetchJson<Answer>("/api/instant", parameters, signal);
}

async function fetchJson<T>(path: string, parameters: URLSearchParams, signal: AbortSignal): Promise<T> {
  const response = await fetch(`${path}?${parameters.toString()}`, { signal, headers: { accept: "application/json" } });
  if (response.status === 400) throw new QueryError(((await response.json()) as Refusal).error.message);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return (await response.json()) as T;
}

/** The question that an address asks. */
export function questionOf(search: string): Question {
  const parameters = new URLSearchParams(search);
  const word = (name: string): string | undefined => parameters.get(name) || undefined;
  const year = (name: string): number | undefined => (/^\d{4}$/.test(word(name) ?? "") ? Number(word(name)) : undefined);
  const status = word("status");
  const filters: SearchFilters = { family: word("family"), yearFrom: year("from"), yearTo: year("to"), modality: word("modality"), status: status === "runs" || status === "planned" ? status : undefined, hasCode: word("code") === "yes" || undefined };
  return { query: (word("q") ?? "").slice(0, 300), filters };
}

/** Hits that are shown at most. */
export function limitOf({ query }: Question): number {
  return query.trim() === "" ? LISTED : HITS;
}

export function isAsked(question: Question): boolean {
  return parametersOf(question).size > 0;
}

function parametersOf({ query, filters: { family, yearFrom, yearTo, modality, status, hasCode } }: Question): URLSearchParams {
  const given = { q: query.trim(), family, from: yearFrom, to: yearTo, modality, status, code: hasCode ? "yes" : undefined };
  return new URLSearchParams(Object.entries(given).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, String(value)]])));
}
