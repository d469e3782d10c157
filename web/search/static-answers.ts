/**
 * Answers without a server: the catalogue's papers are fetched when the first letter is typed and found by their words; with
 * the first search the encoder is fetched as well, and once it is there, they are found by their meaning too.
 */
import { isAsked, limitOf, SUGGESTIONS } from "./instant.ts";
import type { Question } from "./instant.ts";
import { openTabEncoder } from "./tab-encoder.ts";
import { encodedTexts } from "../../src/papers/search/documents.ts";
import { MemorySearch } from "../../src/papers/search/memory-search.ts";
import { unpackVectors } from "../../src/papers/search/packed-vectors.ts";
import { hitView, suggestionView } from "../../src/server/pages/hit-views.ts";
import type { Answer, PaperBrief, SearchFile, Site, SuggestionView } from "../../src/server/pages/views.ts";

interface Loaded {
  readonly search: MemorySearch;
  readonly briefs: ReadonlyMap<string, PaperBrief>;
  /** Fetches what finding by meaning needs, once; says what went wrong. Papers go on being found by their words then. */
  readonly understand: () => Promise<string | undefined>;
}

const FETCHING = "Found by their words; their meaning counts as well once the model is here.";

let loading: Promise<Loaded> | undefined;

/** Gives the answer to a question, null when nothing is asked, and a better one once papers are found by meaning. Rejects when the papers cannot be fetched. */
export async function staticAnswers(question: Question, site: Site, signal: AbortSignal, give: (answer: Answer | null) => void): Promise<void> {
  if (!isAsked(question)) return give(null);
  const loaded = await load(site);
  const isText = question.query.trim() !== "";
  let notices: readonly string[] = isText ? [FETCHING] : [];
  const understanding = isText
    ? loaded.understand().then((problem) => {
        notices = problem === undefined ? [] : [`Found by their words only: ${problem}`];
      })
    : undefined;
  await Promise.resolve(); // what is there already is used at once
  const first = notices;
  give(await answerTo(loaded, question, first));
  if (!first.includes(FETCHING)) return;
  await understanding;
  if (!signal.aborted) give(await answerTo(loaded, question, notices));
}

export async function staticSuggestions(typed: string, site: Site): Promise<readonly SuggestionView[]> {
  const { search } = await load(site);
  return (await search.suggest(typed, SUGGESTIONS)).map(suggestionView);
}

async function answerTo({ search, briefs }: Loaded, question: Question, further: readonly string[]): Promise<Answer> {
  const { hits, notices = [] } = await search.search(question.query, question.filters, limitOf(question));
  const shown = hits.flatMap((hit) => {
    const brief = briefs.get(hit.id);
    return brief ? [hitView(hit, brief)] : [];
  });
  return { hits: shown, notices: [...notices, ...further], facets: await search.facets(question.query, question.filters) };
}

async function load({ base }: Site): Promise<Loaded> {
  loading ??= fetchPapers(base);
  try {
    return await loading;
  } catch (error) {
    loading = undefined; // the next question tries again
    throw error;
  }
}

async function fetchPapers(base: string): Promise<Loaded> {
  const { documents, briefs, meaning } = (await (await fetched(`${base}/search.json`)).json()) as SearchFile;
  const search = new MemorySearch(documents);
  const addMeaning = async (): Promise<void> => {
    const { model, vectors, dimension } = meaning;
    const [encoder, packed] = await Promise.all([openTabEncoder(new URL(`${base}/${model}/`, location.href).href), fetched(`${base}/${vectors}`).then((response) => response.arrayBuffer())]);
    const rows = unpackVectors(new Int8Array(packed), dimension, documents.map((document) => encodedTexts(document).length));
    search.addMeaning({ encoder, vectors: new Map(documents.map(({ id }, i) => [id, rows[i] as Float32Array])) });
  };
  let understanding: Promise<string | undefined> | undefined;
  const understand = (): Promise<string | undefined> => (understanding ??= addMeaning().then(() => undefined, (error: unknown) => (error instanceof Error ? error.message : String(error))));
  return { search, briefs: new Map(briefs.map((brief) => [brief.id, brief])), understand };
}

async function fetched(address: string): Promise<Response> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: the server answered ${response.status}`);
  return response;
}
