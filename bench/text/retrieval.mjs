/**
 * `node --import tsx bench/text/retrieval.mjs [--documents N] [--queries N] [--train N] [--steps N] [--bi-encoder DIR]
 * [--cross-encoder DIR] [--out DIR] [--json]`: a package's summary seeks its description among those of Debian. Queries are
 * of source packages of the test split, none of which is trained on. BM25, a bi-encoder, both together, and both with a
 * second look by a cross-encoder. Models that are not given are trained here, on the training split alone.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { debDescriptions, SPLITS } from "../../src/data/index.ts";
import { RandomStream } from "../../src/engine/index.ts";
import { fromPretrained, indexTexts, SearchIndex, trainText } from "../../src/tasks/index.ts";
import { metrics } from "../../src/train/index.ts";

const words = process.argv.slice(2);
const value = (name) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
const number = (name, usual) => Number(value(name) ?? usual);
const out = value("--out") ?? (await mkdtemp(join(tmpdir(), "reprise-retrieval-")));
const settings = { steps: number("--steps", 3000), batch: 64, length: 96, tiny: { vocabulary: 16384, width: 192, depth: 3, heads: 6 } };
const say = (line) => process.stderr.write(`${line}\n`);
const progress = { update: () => undefined, message: say, end: () => undefined };

const { records, splits, twinOf } = await debDescriptions.load();
const usable = records.flatMap((record, i) => (twinOf[i] === -1 && record.paragraphs.length > 0 ? [{ ...record, split: SPLITS[splits[i]] }] : []));
/** The name would give the answer away to whoever reads letters. */
const hidden = (text, name) => text.replaceAll(new RegExp(`\\b${name.replaceAll(/[^\w]/g, "\\$&")}\\b`, "gi"), "this package");
const pairOf = ({ name, summary, paragraphs }) => ({ query: hidden(summary, name), positive: hidden(paragraphs.join("\n"), name).slice(0, 2000), negatives: [] });
const random = RandomStream.of(11, "retrieval");
const test = random.child("test").shuffle(usable.filter(({ split }) => split === "test")).slice(0, number("--queries", 500));
const train = random.child("train").shuffle(usable.filter(({ split }) => split === "train")).slice(0, number("--train", 30_000));
const dev = random.child("dev").shuffle(usable.filter(({ split }) => split === "dev")).slice(0, 400);
const wanted = number("--documents", 25_000);
const others = random.child("others").shuffle(usable.filter((record) => !test.includes(record))).slice(0, Math.max(0, wanted - test.length));
const documents = [...test, ...others].map((record) => pairOf(record).positive);
if (documents.length < wanted) say(`only ${documents.length} documents are there`);

async function trained(kind, given) {
  if (given !== undefined) return given;
  const folder = join(out, kind);
  const { model } = await trainText(kind, { kind: "pairs", records: train.map(pairOf) }, { out: folder, evaluation: { kind: "pairs", records: dev.map(pairOf) }, settings: { ...settings, ...(kind === "cross-encoder" ? { batch: 16 } : { negatives: 1 }) }, resume: true, progress, ...(kind === "cross-encoder" ? { base: biEncoder } : {}) });
  await model.release();
  return folder;
}
const biEncoder = await trained("bi-encoder", value("--bi-encoder"));
const crossEncoder = await trained("cross-encoder", value("--cross-encoder"));

const directory = join(out, "index");
await rm(directory, { recursive: true, force: true });
await indexTexts(documents, { out: directory, model: { place: biEncoder, model: await fromPretrained(biEncoder) }, progress });
const index = await SearchIndex.open(directory);
const reranker = await fromPretrained(crossEncoder);
const CONTENDERS = {
  "BM25": { mode: "words" },
  "bi-encoder": { mode: "vectors" },
  "hybrid": { mode: "hybrid" },
  "hybrid + rerank": { mode: "hybrid", reranker },
};
const result = { documents: documents.length, queries: test.length, trainedOn: train.length, scores: {} };
for (const [name, options] of Object.entries(CONTENDERS)) {
  await index.search("a first query, to warm up", options);
  const times = [];
  const rankings = [];
  for (const [i, record] of test.entries()) {
    const began = performance.now();
    const hits = await index.search(pairOf(record).query, { ...options, k: 100, depth: 100 });
    times.push(performance.now() - began);
    rankings.push({ found: hits.map(({ id }) => id), relevant: new Map([[i, 1]]) });
  }
  const scores = metrics.rankings(rankings, [10, 100]);
  times.sort((a, b) => a - b);
  result.scores[name] = { "ndcg@10": scores.ndcgAt[10], "recall@100": scores.recallAt[100], mrr: scores.mrrAt[100], millisecondsMedian: times[times.length >> 1], millisecondsP95: times[Math.floor(times.length * 0.95)] };
}
if (words.includes("--json")) console.log(JSON.stringify(result, null, 2));
else {
  console.log(`${result.documents} documents, ${result.queries} queries of packages not seen in training`);
  for (const [name, scores] of Object.entries(result.scores)) console.log(`${name.padEnd(16)} nDCG@10 ${scores["ndcg@10"].toFixed(4)}  recall@100 ${scores["recall@100"].toFixed(4)}  MRR ${scores.mrr.toFixed(4)}  ${scores.millisecondsMedian.toFixed(1)} ms a query (95 %: ${scores.millisecondsP95.toFixed(1)})`);
}
await index.release();
await reranker.release();
