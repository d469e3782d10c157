/**
 * Quality of search with the shipped models: lexical, dense, hybrid and reranked, on a large corpus of real descriptions and
 * on the queries written for the catalogue.
 *
 *   node --import tsx bench/search/models.ts [--json] [--models DIR] [--split dev|test] [--only corpus|catalogue] [--queries N] [--weights 1,2]
 *
 * `--weights` are those of the reranker's score beside the hybrid one, both in standard deviations (default 2). Choices were made with
 * `--split dev --only corpus`; the test split and the catalogue's queries are for the last word.
 */
import "../../src/data/index.ts";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { fuseScores } from "../../src/data/search/fuse-scores.ts";
import type { Fusion } from "../../src/data/search/fuse-scores.ts";
import type { SearchHit } from "../../src/data/search/hit.ts";
import { glove } from "../../src/data/sources/glove.ts";
import { RandomStream } from "../../src/engine/index.ts";
import { metrics } from "../../src/train/index.ts";
import { FAMILIES } from "../../src/papers/catalogue/catalogue.ts";
import { loadSearchModels } from "../../src/papers/search/models/load.ts";
import type { SearchModels } from "../../src/papers/search/models/port.ts";
import { nearestRows, wordIndex } from "../../src/papers/search/models/training/candidates.ts";
import { retrievalTask } from "../../src/papers/search/models/training/development.ts";
import { packagePassages } from "../../src/papers/search/models/training/passages.ts";

interface Query {
  readonly text: string;
  readonly kind: string;
  /** Grade by position of the document. */
  readonly relevant: ReadonlyMap<number, number>;
}

interface Task {
  readonly name: string;
  readonly documents: readonly string[];
  readonly queries: readonly Query[];
}

interface Row {
  readonly task: string;
  readonly kind: string;
  readonly system: string;
  readonly queries: number;
  readonly ndcg10: number;
  readonly mrr: number;
  readonly recall10: number;
  readonly recall100: number;
}

const DEPTH = 100;
/** How many of the first are read again. */
const RERANKED = 30;
/** Chosen on the development split, where reciprocal ranks lost to scores by five points of MRR. */
const HYBRID: Fusion = { kind: "zScore", weights: { dense: 0.7 } };
const CORPUS = 20_000;

async function corpusTask(split: "dev" | "test", queries: number): Promise<Task> {
  const [asked, others] = [await packagePassages(split), await packagePassages("train")];
  const task = retrievalTask(asked, others, { queries, documents: CORPUS }, RandomStream.of(1, "bench", split));
  return { name: `deb/desc ${split}`, documents: task.documents, queries: task.queries.map((text, i) => ({ text, kind: "summary", relevant: new Map([[task.answers[i] as number, 1]]) })) };
}

async function catalogueTask(): Promise<Task> {
  const papers = FAMILIES.flatMap((family) => family.papers);
  const place = new Map(papers.map(({ slug }, i) => [slug, i]));
  const lines = (await readFile(new URL("catalogue-queries.jsonl", import.meta.url), "utf8")).split("\n").filter((line) => line !== "");
  const queries = lines.map((line) => JSON.parse(line) as { query: string; kind: string; relevant: Record<string, number> });
  return {
    name: "catalogue",
    documents: papers.map(({ title, keywords, card }) => [title, keywords.join(", "), ...card.problem, ...card.idea, ...card.claims, ...card.checks].join(". ")),
    queries: queries.map(({ query, kind, relevant }) => ({ text: query, kind, relevant: new Map(Object.entries(relevant).map(([slug, grade]) => [place.get(slug) as number, grade])) })),
  };
}

/** Mean of the word vectors of a text, of unit length. */
async function averageOfWords(): Promise<(texts: readonly string[]) => Float32Array[]> {
  const { words, width, vectors } = await glove.load();
  const rowOf = new Map(words.map((word, row) => [word, row]));
  return (texts) =>
    texts.map((text) => {
      const mean = new Float32Array(width);
      for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
        const row = rowOf.get(word);
        if (row !== undefined) mean.forEach((value, i) => (mean[i] = value + (vectors[row * width + i] as number)));
      }
      const length = Math.hypot(...mean) || 1;
      return mean.map((value) => value / length);
    });
}

/** The ranking with its first items in the order of both stages; the rest keeps its place. */
function reranked(hits: readonly SearchHit[], scores: Float32Array, weight: number): SearchHit[] {
  const top = hits.slice(0, scores.length);
  const read = top.map(({ id }, i) => ({ id, score: scores[i] as number })).sort((a, b) => b.score - a.score);
  return [...fuseScores({ hybrid: top, reranker: read }, { kind: "zScore", weights: { reranker: weight } }), ...hits.slice(scores.length)];
}

async function evaluate(task: Task, models: SearchModels, plain: (texts: readonly string[]) => Float32Array[], weights: readonly number[]): Promise<Row[]> {
  const asked = task.queries.map(({ text }) => text);
  const index = wordIndex(task.documents);
  const [plainDocuments, plainQueries] = [plain(task.documents), plain(asked)];
  const documents = await models.encoder.encode(task.documents, "document");
  const queries = await models.encoder.encode(asked, "query");
  const found = new Map<string, (readonly SearchHit[])[]>();
  const add = (system: string, hits: readonly SearchHit[]): void => void (found.get(system)?.push(hits) ?? found.set(system, [hits]));
  for (const [i, text] of asked.entries()) {
    const lexical = index.search(text, DEPTH);
    const dense = nearestRows(queries[i] as Float32Array, documents, DEPTH);
    const hybrid = fuseScores({ lexical, dense }, HYBRID).slice(0, DEPTH);
    const top = hybrid.slice(0, RERANKED);
    const scores = await models.reranker.score(text, top.map(({ id }) => task.documents[id as number] as string));
    add("GloVe average", nearestRows(plainQueries[i] as Float32Array, plainDocuments, DEPTH));
    add("BM25", lexical);
    add("dense", dense);
    add("hybrid, by rank", fuseScores({ lexical, dense }).slice(0, DEPTH));
    add("hybrid", hybrid);
    for (const weight of weights) add(weights.length === 1 ? "hybrid + reranker" : `reranker x ${weight}`, reranked(hybrid, scores, weight));
  }
  const kinds = [...new Set(task.queries.map(({ kind }) => kind))];
  return [...found].flatMap(([system, rankings]) =>
    (kinds.length === 1 ? kinds : ["all", ...kinds]).map((kind): Row => {
      const members = task.queries.flatMap((query, i) => (kind === "all" || query.kind === kind ? [{ found: (rankings[i] as readonly SearchHit[]).map(({ id }) => id as number), relevant: query.relevant }] : []));
      const { ndcgAt, mrrAt, recallAt } = metrics.rankings(members, [10, DEPTH]);
      return { task: task.name, kind, system, queries: members.length, ndcg10: ndcgAt[10] as number, mrr: mrrAt[DEPTH] as number, recall10: recallAt[10] as number, recall100: recallAt[DEPTH] as number };
    }),
  );
}

const { values: options } = parseArgs({ options: { json: { type: "boolean" }, models: { type: "string" }, split: { type: "string", default: "test" }, only: { type: "string" }, queries: { type: "string", default: "1000" }, weights: { type: "string", default: "2" } } });
if (options.split !== "dev" && options.split !== "test") throw new Error(`--split: expected dev or test, got "${options.split}"`);
const weights = options.weights.split(",").map(Number);
const models = await loadSearchModels({ directory: options.models });
const plain = await averageOfWords();
const rows: Row[] = [];
if (options.only !== "catalogue") rows.push(...(await evaluate(await corpusTask(options.split, Number(options.queries)), models, plain, weights)));
if (options.only !== "corpus") rows.push(...(await evaluate(await catalogueTask(), models, plain, weights)));
await models.release();
if (options.json) process.stdout.write(`${JSON.stringify({ encoder: models.encoder.id, reranker: models.reranker.id, rows }, null, 2)}\n`);
else {
  process.stdout.write("task             kind        system               queries  nDCG@10    MRR  R@10  R@100\n");
  for (const { task, kind, system, queries, ...scores } of rows) {
    process.stdout.write(`${task.padEnd(16)} ${kind.padEnd(11)} ${system.padEnd(20)} ${String(queries).padStart(7)}  ${[scores.ndcg10, scores.mrr, scores.recall10, scores.recall100].map((score) => score.toFixed(3)).join("  ")}\n`);
  }
}
