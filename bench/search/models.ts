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
import { rankRuns } from "../../src/lab/text/index.ts";
import { timesOf } from "./percentiles.ts";

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

interface Found {
  readonly hits: readonly SearchHit[];
  readonly milliseconds: number;
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
  /** Wall time of a query alone, all its stages; milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** 95% interval of its nDCG@10 less that of BM25, by a paired bootstrap over the queries. */
  readonly againstWords?: { readonly low: number; readonly high: number };
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
  const systems = new Map<string, Found[]>();
  const add = (system: string, hits: readonly SearchHit[], milliseconds: number): void => {
    const list = systems.get(system) ?? [];
    list.push({ hits, milliseconds });
    systems.set(system, list);
  };
  for (const [i, text] of asked.entries()) {
    const clock = stopwatch();
    const lexical = index.search(text, DEPTH);
    const byWords = clock();
    const [query] = await models.encoder.encode([text], "query");
    const dense = nearestRows(query as Float32Array, documents, DEPTH);
    const byMeaning = clock();
    const hybrid = fuseScores({ lexical, dense }, HYBRID).slice(0, DEPTH);
    const both = byWords + byMeaning + clock();
    const top = hybrid.slice(0, RERANKED);
    const scores = await models.reranker.score(text, top.map(({ id }) => task.documents[id as number] as string));
    const readAgain = both + clock();
    const plainHits = nearestRows(plainQueries[i] as Float32Array, plainDocuments, DEPTH);
    add("GloVe average", plainHits, clock());
    add("BM25", lexical, byWords);
    add("dense", dense, byMeaning);
    add("hybrid, by rank", fuseScores({ lexical, dense }).slice(0, DEPTH), both);
    add("hybrid", hybrid, both);
    for (const weight of weights) add(weights.length === 1 ? "hybrid + reranker" : `reranker x ${weight}`, reranked(hybrid, scores, weight), readAgain);
  }
  const kinds = [...new Set(task.queries.map(({ kind }) => kind))];
  return (kinds.length === 1 ? kinds : ["all", ...kinds]).flatMap((kind) => {
    const members = task.queries.flatMap((query, i) => (kind === "all" || query.kind === kind ? [i] : []));
    const runs = [...systems].map(([name, all]) => ({ name, found: members.map((i) => (all[i] as Found).hits.map(({ id }) => id as number)) }));
    runs.sort((x, y) => Number(y.name === "BM25") - Number(x.name === "BM25")); // the first is what the others are held against
    return rankRuns(members.map((i) => (task.queries[i] as Query).relevant), runs).map(({ name, ndcg10, against }, place): Row => {
      const { mrrAt, recallAt } = metrics.rankings((runs[place] as (typeof runs)[number]).found.map((found, i) => ({ found, relevant: (task.queries[members[i] as number] as Query).relevant })), [10, DEPTH]);
      const { p50, p99 } = timesOf(members.map((i) => (systems.get(name)?.[i] as Found).milliseconds));
      return { task: task.name, kind, system: name, queries: members.length, ndcg10, mrr: mrrAt[DEPTH] as number, recall10: recallAt[10] as number, recall100: recallAt[DEPTH] as number, p50, p99, againstWords: against?.interval };
    });
  });
}

/** Milliseconds since it was last asked. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const before = last;
    last = performance.now();
    return last - before;
  };
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
  process.stdout.write("task             kind        system               queries  nDCG@10    MRR  R@10  R@100  median ms  99% ms  nDCG@10 less that of BM25\n");
  for (const { task, kind, system, queries, p50, p99, againstWords: against, ...scores } of rows) {
    const quality = [scores.ndcg10, scores.mrr, scores.recall10, scores.recall100].map((score) => score.toFixed(3)).join("  ");
    process.stdout.write(`${task.padEnd(16)} ${kind.padEnd(11)} ${system.padEnd(20)} ${String(queries).padStart(7)}  ${quality}  ${p50.toFixed(1).padStart(9)}  ${p99.toFixed(1).padStart(6)}  ${against ? `${against.low.toFixed(3)} to ${against.high.toFixed(3)}` : ""}\n`);
  }
}
