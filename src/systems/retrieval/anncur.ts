/**
 * Efficient Nearest Neighbor Search for Cross-Encoder Models using Matrix Factorization (Yadav et al., arXiv 2210.12579,
 * EMNLP 2022): ANNCUR.
 *
 * A cross-encoder has no vectors to search, but the matrix of its scores is nearly of low rank: a CUR decomposition guesses
 * all scores of a new query from the exact ones of a few anchor items. Checked: how much of the exact top k that finds on a
 * budget of exact scores, against retrieving with a bi-encoder or by words and scoring what was retrieved. The search is
 * `CurSearch`, which takes any scorer.
 */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { crossEntropy } from "../../objectives/index.ts";
import { defineSystem, difference } from "../../lab/index.ts";
import { Bert, bertEn } from "../../lab/text/index.ts";
import type { TokenRows } from "../../lab/text/index.ts";
import { anncur, biEncoder, byWords, EMB, prepare, settings } from "./anncur-arms.ts";
import { MarkedPairEncoder } from "./marked-pairs.ts";

export default defineSystem({
  slug: "anncur",
  family: "retrieval",
  title: "Efficient Nearest Neighbor Search for Cross-Encoder Models using Matrix Factorization",
  arxiv: "2210.12579",
  year: 2022,
  code: "https://github.com/iesl/anncur",
  summary:
    "A cross-encoder scores well and cannot be searched, so its candidates usually come from another, weaker model. ANNCUR searches the cross-encoder itself: the scores of a query for a few anchor items, times a matrix made once, guess its scores for all items, and only the best guesses are scored exactly.",
  mechanism: [
    "Anchor queries are scored against all items once: R [anchor queries, items]; anchor items are random columns of it.",
    "U is the pseudo-inverse of these columns, and U R gives every item a vector as long as the number of anchor items.",
    "A query is scored exactly for the anchor items; those scores times U R guess all others.",
    "The best guesses are scored exactly too, and join the anchor items in the ranking: the budget is anchor items plus rescored items.",
    "The [EMB] head scores by the inner product of marked tokens of query and item inside one joint reading, which keeps the matrix closer to low rank than a linear map of [CLS].",
  ],
  checks: [
    "scores of rank r are guessed to 1e-4 from r or more anchor queries and items",
    "[[1, 2], [2, 4]] from one row and one column, exactly",
    "with every item an anchor recall is 1, whatever the matrix",
    "calls of the scorer for index and query, and multiply-adds, counted",
    "the [EMB] head has no weights of its own; marks stand where rows say, padding changes no score",
    "a transpose in place of the pseudo-inverse fails on scores that are not orthogonal",
  ],
  deviations: [
    { what: "summaries and descriptions of packages instead of mentions and entities", why: "the retrieval fixture here; rows have the same marks" },
    { what: "the split of a budget is chosen on 40 anchor queries that are held out", why: "the paper shows several splits; test queries must not choose" },
    { what: "the bi-encoder is trained on labels with in-batch and one hard negative each, as many steps of somewhat fewer tokens, 1,984 instead of 2,560; it is not distilled", why: "the paper's first baseline; distillation from the same matrix would cost more scores than the index" },
    { what: "the margin of the cross-encoder over the bi-encoder is measured on the 80 test queries", why: "their matrix is there already; it chooses nothing" },
  ],
  use: [
    { verb: "curIndex(score, items, anchorQueries)", description: "an index for any expensive scorer, an interface asked over the network too" },
    { verb: "search(query, budget)", description: "the best items by exact score, with no more than `budget` calls of the scorer for the query" },
  ],
  knobs: [
    { name: "anchorQueries", description: "rows of the matrix: each costs as many scores as there are items", values: [40, 80, 160, 320] },
    { name: "items", description: "size of the index", values: [300, 600, 1200] },
  ],
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, settings },
      full: { seeds: [1, 2, 3], minutes: 7, settings },
    },
    foundations: [bertEn],
    prepare,
    arms: [
      { name: EMB, role: "system", description: "inner product of marked tokens; CUR on its scores", run: (context, shared) => anncur(context, shared, "emb") },
      { name: "BiEncoder", role: "baseline", description: "retrieve with a bi-encoder, score with the [EMB] cross-encoder", run: biEncoder },
      { name: "TF-IDF", role: "baseline", description: "retrieve by words, score with the [EMB] cross-encoder", run: byWords },
      { name: "ANNCUR, CLS", role: "ablation", description: "a linear map of [CLS]; CUR on its own scores, and the retrievers against them", run: (context, shared) => anncur(context, shared, "cls") },
    ],
    claim: {
      paper: "for k above 10 more of the exact top k is found at equal cost than by retrieving with a dual encoder or TF-IDF and reranking; at k = 1 the dual encoder is ahead; the index is cheaper than distilling a dual encoder",
      metric: "recall of the cross-encoder's exact top 50 of 600 items, at 80 and 160 scores a query",
      expected: "ANNCUR with the [EMB] head finds 5 points more than the bi-encoder; nothing is claimed for k = 1",
      conditions: [
        { name: "at 80 scores, 5 points over the bi-encoder at k = 50", effect: difference({ metric: "recall50at80", of: EMB, minus: "BiEncoder" }), kind: "atLeast", minimumEffect: 0.05 },
        { name: "at 160 scores, 5 points over the bi-encoder at k = 50", effect: difference({ metric: "recall50at160", of: EMB, minus: "BiEncoder" }), kind: "atLeast", minimumEffect: 0.05 },
        { name: "the [EMB] head suits the decomposition better than [CLS]", effect: difference({ metric: "recall50at80", of: EMB, minus: "ANNCUR, CLS" }), kind: "atLeast", minimumEffect: 0, role: "side" },
        { name: "the cross-encoder ranks better than the bi-encoder", effect: difference({ metric: "ndcg10", of: EMB, minus: "BiEncoder" }), kind: "atLeast", minimumEffect: 0, role: "precondition" },
      ],
    },
    tried: ["sizes, steps and budgets are those of the specification; nothing was tuned"],
  },
  probe: () => {
    const random = RandomStream.of(1);
    const { encoder } = new Bert({ random, vocabulary: 40, width: 16, depth: 1, heads: 2, positions: 16 });
    const module = new MarkedPairEncoder({ random, encoder, width: 16, marks: { start: 5, end: 6, title: 7 }, head: "emb" });
    const [lists, each, length] = [3, 4, 9];
    const ids = Int32Array.from({ length: lists * each * length }, (_, i) => [1, 5, 8 + random.integer(30), 6, 2, 7, 8 + random.integer(30), 8 + random.integer(30), 2][i % length] as number);
    const shape = [lists * each, length];
    const batch = { ids: hostArray(ids, shape), segments: hostArray(Int32Array.from(ids, (_, i) => Number(i % length > 4)), shape), valid: hostArray(new Uint8Array(ids.length).fill(1), shape, "bool"), answers: hostArray(new Int32Array(lists), [lists]) };
    return Promise.resolve({ module, batch, loss: (model: MarkedPairEncoder, { answers, ...rows }: TokenRows & { readonly answers: Tensor }) => crossEntropy(model.forward(rows, EVALUATE).reshape([lists, each]), answers).loss });
  },
});
