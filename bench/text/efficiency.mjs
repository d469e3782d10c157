/**
 * `node --import tsx bench/text/efficiency.mjs [--runs N] [--tiny]`: what three ways to score candidates cost beside a
 * cross-encoder at BERT-base with random weights, for whose speed the weights do not matter: FLOPs counted from the graphs, and
 * median wall times of this machine, contenders in turn in one process. Only ratios are worth comparing.
 *
 * Uni-Encoder: ten candidates of which nothing is known before. MixEncoder: candidates stored as a vector each. PreTTR: eleven
 * of twelve layers of the documents stored. `--tiny` has small sizes, to try the bench itself.
 */
import { compile, RandomStream } from "../../src/engine/index.ts";
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
const encoder = bertEncoder({ random: RandomStream.of(0), ...BERT_BASE, ...(tiny ? { depth: 2, vocabulary: 100 } : {}) });
const depth = encoder.encoder.order.length;

/** FLOPs and median milliseconds of functions with their arguments; one measured on fewer items says how many times it is to be taken. */
async function contest(title, contenders) {
  const measured = [];
  for (const { name, run, args, times = 1 } of contenders) {
    const compiled = compile(run);
    const flops = compiled.explain(...args).flops.products * times;
    const milliseconds = (await medianTime(() => compiled(...args), runs)) * times;
    await compiled.release();
    measured.push({ name, flops, milliseconds, times });
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
