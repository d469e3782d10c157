/**
 * `node --import tsx bench/text/efficiency.mjs [--runs N] [--tiny] [--only WORDS]`: what six ways to score candidates cost beside a
 * cross-encoder at BERT-base with random weights, for whose speed the weights do not matter: FLOPs counted from the graphs, and
 * median wall times of this machine, contenders in turn in one process. Only ratios are worth comparing.
 *
 * Uni-Encoder: ten candidates of which nothing is known before. MixEncoder: candidates stored as a vector each. PreTTR: eleven
 * of twelve layers of the documents stored. EEE-QA: five choices in one row with their question. ANNCUR: exact scores of some
 * items guess those of all. Conformal sets: a small classifier leaves labels out before a text meets each of them. `--tiny`
 * has small sizes, to try the bench itself; `--only` takes contests whose title has the words.
 */
import { compile, hostArray, RandomStream } from "../../src/engine/index.ts";
import { CurIndex } from "../../src/data/search/index.ts";
import { ChoiceScorer } from "../../src/systems/classification/eee-qa-model.ts";
import { EVALUATE, PairEncoder } from "../../src/nn/index.ts";
import { medianTime } from "../../src/lab/index.ts";
import { bertEncoder, fullRows, scoreRows } from "../../src/lab/text/index.ts";
import { BERT_BASE } from "../../src/systems/retrieval/published-bert.ts";
import { RESPONSE_SELECTION, responseSelectors } from "../../src/systems/retrieval/uni-encoder-published.ts";
import { mixBase, STORED_ANSWERS, storedOf } from "../../src/systems/retrieval/mixencoder-published.ts";
import { reranker, splitBase, stored } from "../../src/systems/retrieval/prettr-published.ts";

const words = process.argv.slice(2);
const tiny = words.includes("--tiny");
const runs = words.includes("--runs") ? Number(words[words.indexOf("--runs") + 1]) : 3;
const only = words.includes("--only") ? words[words.indexOf("--only") + 1].toLowerCase() : "";
const encoder = bertEncoder({ random: RandomStream.of(0), ...BERT_BASE, ...(tiny ? { depth: 2, vocabulary: 100 } : {}) });
const depth = encoder.encoder.order.length;

/** FLOPs and median milliseconds of a compiled function; one measured on fewer items says how many times it is to be taken. */
async function costOf({ run, args, times = 1 }) {
  const compiled = compile(run);
  const flops = compiled.explain(...args).flops.products * times;
  const milliseconds = (await medianTime(() => compiled(...args), runs)) * times;
  await compiled.release();
  return { flops, milliseconds };
}

/** Work outside of graphs: `flops` counted by hand. */
const hostCost = async ({ host, flops }) => ({ flops, milliseconds: await medianTime(async () => host(), runs) });

/** The cost of each contender, of all its parts where it has several, against the first one's. */
async function contest(title, contenders) {
  if (!title.toLowerCase().includes(only)) return;
  const measured = [];
  for (const { name, parts, ...whole } of contenders) {
    const costs = [];
    for (const part of parts ?? [whole]) costs.push(await ("host" in part ? hostCost(part) : costOf(part)));
    const sum = (key) => costs.reduce((total, cost) => total + cost[key], 0);
    measured.push({ name, flops: sum("flops"), milliseconds: sum("milliseconds"), times: Math.max(...(parts ?? [whole]).map(({ times = 1 }) => times)) });
  }
  const [reference] = measured;
  console.log(`\n${title}`);
  for (const { name, flops, milliseconds, times } of measured) {
    console.log(`  ${name.padEnd(24)} ${(flops / 1e9).toFixed(1).padStart(10)} GFLOPs  ${(reference.flops / flops).toFixed(1).padStart(7)} x less  time ${(reference.milliseconds / milliseconds).toFixed(2).padStart(8)} x less${times === 1 ? "" : `  (1/${times} measured)`}`);
  }
}

{
  const { context, candidate, candidates } = tiny ? { context: 32, candidate: 8, candidates: 4 } : RESPONSE_SELECTION;
  const { Cross, ...apart } = responseSelectors(encoder);
  await contest(`Response selection: a context of ${context} tokens, ${candidates} candidates of ${candidate}, nothing known before`, [
    { name: "cross-encoder", run: Cross, args: [fullRows(candidates, context + candidate)] },
    ...Object.entries(apart).map(([name, run]) => ({ name: { Poly: "poly-encoder", Bi: "bi-encoder", Uni: "Uni-Encoder" }[name], run, args: [fullRows(1, context), fullRows(candidates, candidate)] })),
  ]);
}

const cross = new PairEncoder({ random: RandomStream.of(0), encoder, width: BERT_BASE.width, pooler: true });
const pairs = (rows) => scoreRows(cross, rows, EVALUATE);
{
  const { query, candidate } = tiny ? { query: 32, candidate: 8 } : STORED_ANSWERS;
  const mix = mixBase(encoder);
  for (const candidates of [10, 100, 1000]) {
    await contest(`Stored answers: a query of ${query} tokens, ${candidates} candidates of ${candidate}`, [
      { name: "cross-encoder", run: pairs, args: [fullRows(10, query + candidate)], times: candidates / 10 },
      { name: "MixEncoder", run: (rows, vectors) => mix.score(rows, vectors, EVALUATE), args: [fullRows(1, query), storedOf(candidates)] },
    ]);
  }
}
{
  const { query, document } = tiny ? { query: 8, document: 24 } : { query: 16, document: 496 };
  const documents = 4;
  const at = (join) => ({ run: reranker(splitBase(encoder, join, query)), args: [fullRows(1, query), stored({ document, documents })] });
  await contest(`Reranking: a query of ${query} tokens, ${documents} stored documents of ${document}, the last layer for [CLS] alone`, [
    { name: "cross-encoder, whole", run: pairs, args: [fullRows(documents, query + document)] },
    { name: "no layer apart", ...at(0) },
    { name: `${depth >> 1} layers apart`, ...at(depth >> 1) },
    { name: `${depth - 1} layers apart`, ...at(depth - 1) },
  ]);
}
{
  // Rows as CommonsenseQA's at 24 and 4 tokens: 31 tokens for each choice, or 51 for all five.
  const { question, choice, choices, questions } = tiny ? { question: 4, choice: 2, choices: 3, questions: 2 } : { question: 24, choice: 4, choices: 5, questions: 8 };
  const SEPARATOR = 2;
  const rowsOf = (count, inRow) => {
    const row = [1, ...Array(question).fill(5), SEPARATOR, ...Array(inRow).fill([...Array(choice).fill(6), SEPARATOR]).flat()];
    return { ...fullRows(count, row.length), ids: hostArray(Int32Array.from({ length: count * row.length }, (_, i) => row[i % row.length]), [count, row.length]) };
  };
  const scorer = (inRow) => {
    const model = new ChoiceScorer({ random: RandomStream.of(0), encoder, width: BERT_BASE.width, depth, separator: SEPARATOR, choices: inRow, pooling: "mean" });
    return (rows) => model.forward(rows, EVALUATE);
  };
  await contest(`Multiple choice: ${questions} questions of ${question} tokens, ${choices} choices of ${choice}`, [
    { name: "a row for each choice", run: scorer(1), args: [rowsOf(questions * choices, 1)] },
    { name: "EEE-QA, one row", run: scorer(choices), args: [rowsOf(questions, choices)] },
  ]);
}
{
  // A domain of ZESHEL: 10,000 entities, mention and entity together 256 tokens; half of the budget for anchors.
  const { items, length, budget } = tiny ? { items: 100, length: 16, budget: 20 } : { items: 10_000, length: 256, budget: 500 };
  const anchors = budget / 2;
  const random = RandomStream.of(3);
  const index = new CurIndex({ scores: hostArray(Float32Array.from({ length: anchors * items }, () => random.normal()), [anchors, items]), anchors: Int32Array.from({ length: anchors }, (_, i) => i) });
  const exact = Float64Array.from({ length: anchors }, () => random.normal());
  const scored = (count) => ({ run: pairs, args: [fullRows(4, length)], times: count / 4 });
  await contest(`A costly scorer over ${items} items, pairs of ${length} tokens`, [
    { name: "cross-encoder", ...scored(items) },
    { name: `ANNCUR, ${budget} scores`, parts: [scored(budget), { host: () => index.approximate(exact), flops: 2 * anchors * items }] },
  ]);
}
{
  // 77 intents; a text with a hypothesis takes 64 tokens, alone 32. The base is half as deep as the model it spares.
  const { labels, pair, text } = tiny ? { labels: 7, pair: 16, text: 8 } : { labels: 77, pair: 64, text: 32 };
  const small = new PairEncoder({ random: RandomStream.of(0), encoder: bertEncoder({ random: RandomStream.of(0), ...BERT_BASE, depth: depth >> 1, ...(tiny ? { vocabulary: 100 } : {}) }), width: BERT_BASE.width, pooler: true, outputs: labels });
  const base = { run: (rows) => scoreRows(small, rows, EVALUATE), args: [fullRows(1, text)] };
  const entailed = (count) => ({ run: pairs, args: [fullRows(count, pair)] });
  const kept = [0.75, 0.5, 0.1].map((share) => Math.round(share * labels));
  await contest(`A text against ${labels} labels of entailment, rows of ${pair} tokens`, [
    { name: "all labels", ...entailed(labels) },
    ...kept.map((count) => ({ name: `conformal set of ${count}`, parts: [base, entailed(count)] })),
  ]);
}
