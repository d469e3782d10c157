/**
 * Quality of the search pipeline as it is served, stage by stage, on the queries written for the catalogue. They decide
 * nothing: settings come from customary values and from other data (`bench/search/models.ts --split dev --only corpus`).
 *
 *   node --import tsx bench/search/quality.ts [--json] [--models DIR] [--lexical memory|postgres] [--misses N]
 *
 * Without models only the lexical stage is measured. `--misses` prints queries whose best paper was not among the first ten.
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { encodePapers } from "../../src/papers/search/encode-papers.ts";
import type { LexicalStage } from "../../src/papers/search/lexical.ts";
import { loadSearchModels } from "../../src/papers/search/models/load.ts";
import type { SearchModels } from "../../src/papers/search/models/port.ts";
import { PaperSearch } from "../../src/papers/search/paper-search.ts";
import { STAGES } from "../../src/papers/search/pipeline.ts";
import type { Stages } from "../../src/papers/search/pipeline.ts";
import { loadCatalogue } from "../../src/papers/store/catalogue.ts";
import { openDatabase } from "../../src/papers/store/open.ts";
import { metrics } from "../../src/train/index.ts";

interface Query {
  readonly query: string;
  readonly kind: string;
  /** Grade by slug. */
  readonly relevant: Readonly<Record<string, number>>;
}

interface Row {
  readonly stages: Stages;
  readonly kind: string;
  readonly queries: number;
  readonly ndcg10: number;
  readonly mrr: number;
  readonly recall10: number;
  /** Milliseconds, of a query alone. */
  readonly median: number;
}

const DEPTH = 100;
const UNHURRIED = 60_000; // milliseconds: quality is measured with all papers reranked

const { values: options } = parseArgs({ options: { json: { type: "boolean" }, models: { type: "string" }, lexical: { type: "string", default: "memory" }, misses: { type: "string", default: "0" } } });
const queries = (await readFile(new URL("catalogue-queries.jsonl", import.meta.url), "utf8")).split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Query);
const models = await modelsOrNone();
const database = await openDatabase({ memory: true });
await loadCatalogue(database, []);
if (models) await encodePapers(database, models.encoder);
const search = await PaperSearch.open(database, models ?? {}, { lexical: options.lexical as LexicalStage["kind"], rerankBudget: UNHURRIED, onProblem: (error) => process.stderr.write(`${String(error)}\n`) });
const rows: Row[] = [];
const missed: string[] = [];
for (const stages of models ? STAGES : (["lexical"] as const)) rows.push(...(await measured(stages)));
await search.close();
await models?.release();
await database.close();
if (options.json) process.stdout.write(`${JSON.stringify({ encoder: models?.encoder.id ?? null, reranker: models?.reranker.id ?? null, papers: 209, rows }, null, 2)}\n`);
else {
  process.stdout.write("stages    kind        queries  nDCG@10    MRR   R@10  median ms\n");
  for (const { stages, kind, queries: count, ndcg10, mrr, recall10, median } of rows) process.stdout.write(`${stages.padEnd(9)} ${kind.padEnd(11)} ${String(count).padStart(7)}    ${[ndcg10, mrr, recall10].map((score) => score.toFixed(3)).join("  ")}  ${median.toFixed(1).padStart(9)}\n`);
  for (const line of missed.slice(0, Number(options.misses))) process.stdout.write(`${line}\n`);
}

async function modelsOrNone(): Promise<SearchModels | undefined> {
  try {
    return await loadSearchModels(options.models === undefined ? {} : { directory: options.models });
  } catch (error) {
    if (options.models !== undefined) throw error;
    process.stderr.write(`only the lexical stage is measured: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

async function measured(stages: Stages): Promise<Row[]> {
  const took: number[] = [];
  const rankings: { readonly kind: string; readonly found: readonly string[]; readonly relevant: ReadonlyMap<string, number> }[] = [];
  for (const { query, kind, relevant } of queries) {
    const result = await search.search(query, {}, DEPTH, stages);
    took.push(result.took);
    const found = result.hits.map(({ id }) => id);
    rankings.push({ kind, found, relevant: new Map(Object.entries(relevant)) });
    const [best] = Object.entries(relevant).sort(([, a], [, b]) => b - a);
    if (best && !found.slice(0, 10).includes(best[0])) missed.push(`${stages}: "${query}": ${best[0]} at ${found.indexOf(best[0]) + 1 || "none"}`);
  }
  took.sort((a, b) => a - b);
  return ["all", ...new Set(queries.map(({ kind }) => kind))].map((kind): Row => {
    const members = rankings.filter((ranking) => kind === "all" || ranking.kind === kind);
    const { ndcgAt, mrrAt, recallAt } = metrics.rankings(members, [10, DEPTH]);
    return { stages, kind, queries: members.length, ndcg10: ndcgAt[10] as number, mrr: mrrAt[DEPTH] as number, recall10: recallAt[10] as number, median: took[took.length >> 1] as number };
  });
}
