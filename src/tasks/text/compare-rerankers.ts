/** `compareRerankers`: which reranker, and how deep? A grid over users' own queries with judgements, each cell with its cost. */
import { bm25Runs, gridTable, rerankGrid } from "../../lab/text/index.ts";
import type { PairIndex, Reranker, RerankGrid } from "../../lab/text/index.ts";
import type { Table } from "../../lab/index.ts";
import type { PretrainedText } from "../huggingface/pretrained-text.ts";
import { RequestError } from "../request-error.ts";
import { rerank } from "./score-texts.ts";

/** Texts by id. */
export type TextsById = Readonly<Record<string, string>>;

/** Of each query, grades of documents by id; those not named are irrelevant. */
export type Judgements = Readonly<Record<string, Readonly<Record<string, number>>>>;

/**
 * A model of Hugging Face, or anything that scores texts for a query (`score`), or puts the whole list in order (`order`:
 * positions, best first), such as `slidingRerank` with a language model behind it.
 */
export type RerankerChoice =
  | PretrainedText
  | { score(query: string, texts: readonly string[]): Promise<ArrayLike<number>> | ArrayLike<number> }
  | { order(query: string, texts: readonly string[]): Promise<readonly number[]> | readonly number[] };

export interface CompareRerankersOptions {
  readonly rerankers: Readonly<Record<string, RerankerChoice>>;
  /** How many of the first stage are reranked; default 10, 30 and 100. */
  readonly depths?: readonly number[];
  /** Rankings of first stages of your own, ids by query, best first. BM25 always stands beside them. */
  readonly firstStages?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface RerankerComparison extends RerankGrid {
  /** The grid with quality, significance and cost. */
  readonly table: Table;
}

/**
 * ```ts
 * const { table } = await compareRerankers(corpus, queries, qrels, { rerankers: { mine: await fromPretrained("my-reranker") } });
 * console.table(table.rows);
 * ```
 * Queries without a relevant document in the corpus are left out. Throws a `RequestError` when none is left.
 */
export async function compareRerankers(corpus: TextsById, queries: TextsById, qrels: Judgements, { rerankers, depths = [10, 30, 100], firstStages = {} }: CompareRerankersOptions): Promise<RerankerComparison> {
  const places = new Map(Object.keys(corpus).map((id, place) => [id, place]));
  const documents = Object.values(corpus);
  const relevantOf = (query: string): Map<number, number> => new Map(Object.entries(qrels[query] ?? {}).flatMap(([id, grade]) => (grade > 0 && places.has(id) ? [[places.get(id) as number, grade] as const] : [])));
  const judged = Object.keys(queries).map((id) => ({ id, text: queries[id] as string, relevant: relevantOf(id) })).filter(({ relevant }) => relevant.size > 0);
  if (judged.length === 0) throw new RequestError(`compareRerankers: none of ${Object.keys(queries).length} queries has a relevant document in the corpus; ids in qrels must be those of queries and corpus`);
  if (Object.keys(rerankers).length === 0) throw new RequestError("compareRerankers: expected at least one reranker");
  const bad = depths.find((depth) => !Number.isInteger(depth) || depth < 1);
  if (depths.length === 0 || bad !== undefined) throw new RequestError(`compareRerankers: depths: expected whole numbers above 0, got ${bad ?? "none"}`);

  const placeOf = (stage: string, id: string): number => {
    const place = places.get(id);
    if (place === undefined) throw new RequestError(`compareRerankers: the ranking "${stage}" names document ${JSON.stringify(id)}, which the corpus does not have`);
    return place;
  };
  const depth = Math.max(...depths);
  const grid = await rerankGrid({
    relevant: judged.map(({ relevant }) => relevant),
    firstStages: [{ name: "BM25", found: bm25Runs(documents, judged.map(({ text }) => text), depth) }, ...Object.entries(firstStages).map(([name, found]) => ({ name, found: judged.map(({ id }) => (found[id] ?? []).slice(0, depth).map((item) => placeOf(name, item))) }))],
    rerankers: Object.entries(rerankers).map(([name, choice]) => rerankerOf(name, choice, (query) => (judged[query] as { readonly text: string }).text, documents)),
    depths,
  });
  return { ...grid, table: gridTable(`${judged.length} queries over ${documents.length} documents`, grid) };
}

function rerankerOf(name: string, choice: RerankerChoice, textOf: (query: number) => string, documents: readonly string[]): Reranker {
  const textsOf = (items: readonly number[]): string[] => items.map((item) => documents[item] as string);
  if ("order" in choice) {
    return {
      name,
      order: async (query, items) => {
        const positions = await choice.order(textOf(query), textsOf(items));
        if (new Set(positions).size !== items.length || positions.some((position) => !(position in items))) throw new RequestError(`compareRerankers: "${name}" must put ${items.length} positions in order, each once; it gave [${positions.join(", ")}]`);
        return positions.map((position) => items[position] as number);
      },
    };
  }
  const score = "score" in choice ? choice.score.bind(choice) : (query: string, texts: readonly string[]) => modelScores(choice, query, texts);
  return {
    name,
    score: async (pairs) => {
      const scores = new Float64Array(pairs.length);
      for (const [query, members] of byQuery(pairs)) {
        const own = await score(textOf(query), textsOf(members.map((i) => (pairs[i] as PairIndex)[1])));
        if (own.length !== members.length) throw new RequestError(`compareRerankers: "${name}" gave ${own.length} scores for ${members.length} texts`);
        members.forEach((i, j) => (scores[i] = own[j] as number));
      }
      return scores;
    },
  };
}

/** Places of each query's pairs. */
function byQuery(pairs: readonly PairIndex[]): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  pairs.forEach(([query], i) => {
    const group = groups.get(query);
    if (group === undefined) groups.set(query, [i]);
    else group.push(i);
  });
  return groups;
}

async function modelScores(model: PretrainedText, query: string, texts: readonly string[]): Promise<number[]> {
  const scores = new Array<number>(texts.length);
  for (const { index, score } of await rerank(model, query, texts)) scores[index] = score;
  return scores;
}
