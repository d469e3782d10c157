/**
 * A Thorough Comparison of Cross-Encoders and LLMs for Reranking SPLADE (Déjean, Clinchant and Formal, arXiv 2403.10407, 2024).
 *
 * A study: a strong sparse first stage, and behind it rerankers of different kinds and sizes, at several depths, inside and
 * outside the domain they were trained in. Here the whole grid is measured at the size of bert-en, each cell with its cost
 * and with a paired bootstrap over queries; `compareRerankers` runs such a grid on users' own data.
 */
import { RandomStream } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { activationFlops, infoNce } from "../../objectives/index.ts";
import { defineSystem, difference } from "../../lab/index.ts";
import type { Effect } from "../../lab/index.ts";
import { Bert, bertEn, bertEnL, bertEnS, lmEn, randomFields, sideOf, sparseRows, spladeEn } from "../../lab/text/index.ts";
import { cell, crossEncoder, firstStages, likelihood, prepare, settings } from "./splade-rerank-arms.ts";

const DEPTH = 30;

/** Spread of the cross-encoders outside the domain minus that inside. */
function spread(arms: readonly string[], outside: readonly string[]): Effect {
  const domains = ["IN", ...outside];
  const rangeOf = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
  return {
    formula: `spread of ${arms.join(", ")} on ${outside.join(" and ")} - spread on IN, behind SPLADE at ${DEPTH}`,
    reads: domains.flatMap((domain) => arms.map((arm) => ({ arm, metric: cell(domain, "SPLADE", DEPTH) }))),
    noEffect: 0,
    compute: (values) => {
      const [inside = NaN, ...others] = domains.map((_, i) => rangeOf(values.slice(i * arms.length, (i + 1) * arms.length)));
      return others.reduce((sum, value) => sum + value, 0) / others.length - inside;
    },
  };
}

export default defineSystem({
  slug: "splade-rerank",
  family: "retrieval",
  title: "A Thorough Comparison of Cross-Encoders and LLMs for Reranking SPLADE",
  arxiv: "2403.10407",
  year: 2024,
  code: "https://github.com/naver/splade",
  summary:
    "Rerankers are mostly compared behind weak first stages. Behind SPLADE, which turns the masked-word head of a BERT into sparse weights of the vocabulary, cross-encoders of different kinds are hard to tell apart inside their domain; outside it kind and depth matter, and language models that were never trained to rank do not replace them.",
  mechanism: [
    "SPLADE: weight of word j is max over tokens i of ln(1 + relu(z_ij)), z the scores of the masked-word head; the score of a pair is the inner product, searched in an inverted index.",
    "It is trained by in-batch softmax with a hard negative plus the FLOPS penalty, sum_j of the squared mean weight, which grows quadratically over a third of the steps.",
    "Cross-encoders of three sizes learn to pick the document among what SPLADE finds for the query; only the document is cut to fit.",
    "A causal language model ranks without training, by the likelihood of the query after the document; listwise, windows of 20 slide from the bottom of the list to its top in steps of 10.",
    "The grid is first stage x reranker x depth x domain; every cell has its cost and the interval of its gain over its first stage.",
  ],
  checks: [
    "FLOPS of [[1, 0], [1, 2]] is 2, and its weight is a quarter at half the ramp",
    "weights saturate by the logarithm, take the maximum over tokens, and padding adds none",
    "scores by the inverted index are inner products to 1e-5",
    "a perfect judge puts the true first 10 of 100 in order in one pass, and sorts all with one window; 9, 4, 2 and 1 calls for 100, 50, 30 and fewer than 20",
    "25 items are read in two windows, the first of which begins at rank 5; \"[2] > [2] > [9] > [1]\" over four is 2, 1, 3, 4",
    "the likelihood of a query counts its own tokens only, and padding changes nothing",
  ],
  deviations: [
    { what: "one tiny SPLADE tuned on labels instead of the three published ones, which are distilled", why: "no teacher of that size here; the retriever is built once, as splade-en, with penalties of ten times the paper's weights for a vocabulary an eighth as large and 500 steps" },
    { what: "cross-encoders are bert-en in three sizes instead of ELECTRA, DeBERTa and T5", why: "size and not kind is what can be varied with the same pre-training text" },
    { what: "zero-shot ranking by query likelihood, and listwise by the same scores, instead of answers of GPT-4 and others", why: "a model of a million weights cannot answer in words; `slidingRerank` and `parseRanking` take the answers of any model, and GPT-4 is not reproduced" },
    { what: "no SPLADE-doc, which has no query encoder, and no cascade of cross-encoder and language model", why: "the question here is the reranker; both are cells that the grid runner takes from users" },
  ],
  use: [
    { verb: "compareRerankers(corpus, queries, qrels)", description: "which reranker, and how deep: a table of quality and cost on your own queries" },
    { verb: "slidingRerank(items, order)", description: "a list in the order of a judge that reads twenty at a time, such as a language model" },
  ],
  knobs: [
    { name: "queries", description: "test queries of each domain: intervals narrow with their square root", values: [100, 200, 300] },
    { name: "window", description: "items a listwise judge reads at a time", values: [10, 20, 30] },
  ],
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: ["SPLADE", "CE-M", "CE-S", "Query likelihood"], settings },
      full: { seeds: [1, 2, 3], minutes: 30, settings: { ...settings, depths: [10, 30, 100], domains: ["IN", "OOD-1", "OOD-3"] } },
    },
    foundations: [bertEn, bertEnS, bertEnL, lmEn, spladeEn],
    prepare,
    arms: [
      { name: "SPLADE", role: "baseline", description: "the first stages alone, BM25 beside SPLADE", run: firstStages },
      { name: "CE-M", role: "system", description: "cross-encoder on bert-en, 4 layers of width 128", run: (context, shared) => crossEncoder(context, shared, bertEn) },
      { name: "CE-S", role: "system", description: "cross-encoder on bert-en@s, 2 layers of width 64", run: (context, shared) => crossEncoder(context, shared, bertEnS) },
      { name: "Query likelihood", role: "baseline", description: "lm-en without training: how likely the query is after the document", run: (context, shared) => likelihood(context, shared) },
      { name: "CE-L", role: "system", description: "cross-encoder on bert-en@l, 4 layers of width 192", run: (context, shared) => crossEncoder(context, shared, bertEnL) },
      { name: "Listwise likelihood", role: "baseline", description: "the same scores, twenty documents at a time", run: (context, shared) => likelihood(context, shared, { listwise: true }) },
    ],
    claim: {
      paper: "on MS MARCO cross-encoders behind SPLADE are hard to tell apart; on BEIR and LoTTE kind of reranker and depth matter; cross-encoders stay competitive with GPT-4 reranking listwise",
      metric: "nDCG@10 of 100 queries a domain, behind SPLADE, first 30 reranked",
      expected: "a cross-encoder gains 2 points over SPLADE inside its domain, sizes differ more outside than inside, and the untrained language model stays behind the cross-encoder of its size, which costs no more",
      conditions: [
        { name: "CE-M gains 2 points over SPLADE inside", effect: difference({ metric: cell("IN", "SPLADE", DEPTH), of: "CE-M", minus: "SPLADE" }), kind: "atLeast", minimumEffect: 0.02 },
        { name: "CE-S and CE-M differ more outside than inside", effect: spread(["CE-S", "CE-M"], ["OOD-1"]), kind: "atLeast", minimumEffect: 0, profiles: ["quick"] },
        { name: "cross-encoders differ more outside than inside", effect: spread(["CE-S", "CE-M", "CE-L"], ["OOD-1", "OOD-3"]), kind: "atLeast", minimumEffect: 0, profiles: ["full"] },
        { name: "inside, the untrained language model stays behind CE-M", effect: difference({ metric: cell("IN", "SPLADE", DEPTH), of: "CE-M", minus: "Query likelihood" }), kind: "atLeast", minimumEffect: 0 },
        { name: "outside, the untrained language model stays behind CE-M", effect: difference({ metric: cell("OOD-1", "SPLADE", DEPTH), of: "CE-M", minus: "Query likelihood" }), kind: "atLeast", minimumEffect: 0, role: "side" },
        { name: "CE-M costs no more than the language model", effect: difference({ metric: `MFLOPs a query, ${DEPTH}`, of: "CE-M", minus: "Query likelihood" }), kind: "atMost", minimumEffect: 0, role: "side" },
      ],
    },
    tried: ["sizes, depths and steps were fixed before the first run; nothing was tuned"],
  },
  probe: () => {
    const random = RandomStream.of(1);
    const module = new Bert({ random, vocabulary: 40, width: 16, depth: 1, heads: 2, positions: 12 });
    const loss = (model: Bert, fields: Readonly<Record<string, Tensor>>): Tensor => {
      const [query, document] = (["query", "document"] as const).map((side) => sparseRows(model, sideOf(fields, side), EVALUATE)) as [Tensor, Tensor];
      return infoNce(query, document, { scale: 1, similarity: "dot", directions: { rows: 1, columns: 0 } }).loss.add(activationFlops(document).mul(0.01));
    };
    return Promise.resolve({ module, batch: { ...randomFields("query", { random, rows: 4, length: 4 }), ...randomFields("document", { random, rows: 4, length: 8 }) }, loss });
  },
});
