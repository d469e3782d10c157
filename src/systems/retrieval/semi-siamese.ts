/**
 * Semi-Siamese Bi-encoder Neural Ranking Model Using Lightweight Fine-Tuning (Jung et al., arXiv 2110.14943, WWW 2022).
 *
 * Queries are short and documents long, and yet one encoder reads both. Here that encoder is frozen, and small changes are
 * trained beside it: mostly the same for both sides, a part of them each side's own. Checked: rerankers tuned on 400 queries,
 * lightly or in whole, alike for both sides, partly or wholly apart.
 *
 * `reprise train semi-siamese` has no head on both texts. The heads of the paper score pairs, for a reranker; what users are
 * promised is search with one frozen encoder, and an index compares vectors by cosine. A head would need every pair of query
 * and document anew, which a cross-encoder does better. `PairRanker` with `TwinHead` or `ColbertHead` is there for code.
 */
import { RandomStream } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { pairSoftmax } from "../../objectives/index.ts";
import { defineSystem, difference } from "../../lab/index.ts";
import type { Arm, Effect } from "../../lab/index.ts";
import { Bert, bertEn, randomFields, sideOf } from "../../lab/text/index.ts";
import { prepare, settings, tune, tunings } from "./semi-siamese-arms.ts";
import type { Settings, Shared, Variant } from "./semi-siamese-arms.ts";
import { semiSiameseRecipe } from "./semi-siamese-recipe.ts";
import { PairRanker, SidedEncoder, TwinHead } from "./semi-siamese-model.ts";

const TUNINGS = tunings(settings);

const arm = (name: string, role: Arm["role"], description: string, variant: Variant): Arm<Settings, Shared> => ({ name, role, description, run: (context, shared) => tune(context, shared, variant) });

/** Gain of the semi-siamese changes over the siamese ones with the head where it is larger. */
const bestGain: Effect = {
  formula: "max over heads of ndcg10(SS-LoRA) - ndcg10(LoRA)",
  reads: ["Twin, SS-LoRA", "Twin, LoRA", "ColBERT, SS-LoRA", "ColBERT, LoRA"].map((name) => ({ arm: name, metric: "ndcg10" })),
  noEffect: 0,
  compute: ([twin = NaN, twinSiamese = NaN, colbert = NaN, colbertSiamese = NaN]) => Math.max(twin - twinSiamese, colbert - colbertSiamese),
};

export default defineSystem({
  slug: "semi-siamese",
  family: "retrieval",
  title: "Semi-Siamese Bi-encoder Neural Ranking Model Using Lightweight Fine-Tuning",
  arxiv: "2110.14943",
  year: 2021,
  code: "https://github.com/xlpczv/Semi_Siamese",
  summary:
    "A bi-encoder reads short queries and long documents with the same weights. Semi-siamese tuning freezes that encoder and trains low-rank changes or prefixes beside it, of which both sides share a part and each has a part of its own, so that the sides may differ without becoming strangers.",
  mechanism: [
    "The encoder is frozen; trained are the changes and the head that compares: TwinBERT's element-wise maximum of two means, or ColBERT's sum of best cosines.",
    "Low-rank changes of the maps to queries and values: both sides share the change of the queries, each has its own change of the values.",
    "Prefixes: seed vectors go through a generator to states in front of every layer's keys and values; a side's prefix is the common generator's plus its own generator's.",
    "The loss on a relevant and an irrelevant document is 1 - softmax(s+, s-)_+, which is bounded.",
    "A hybrid trains the prefix, freezes it, and then trains the low-rank changes.",
  ],
  checks: [
    "589,824 parameters of rank 16 on queries and values of BERT base, 884,736 with values apart; a prefix generator of 7,680 + 196,864 + 4,737,024",
    "changes at their start and an empty prefix give the frozen encoder exactly",
    "with the sides' own generators at zero the semi-siamese prefix is the siamese one",
    "a prefix equals states put in front before the maps to keys and values",
    "values apart: queries share their change; a change of one side never moves the other",
    "ColBERT's score by hand; the pair loss is 0.5 at equal scores; the frozen weights do not move",
  ],
  deviations: [
    { what: "120 steps of 16 pairs on bert-en at rates of 3e-4 (whole) and 1.5e-3 (light), AdamW with linear decay", why: "the paper takes 30 epochs of 64 such batches at 2e-5 and 1e-4; one to five is kept, the last step is judged, and no epoch is chosen" },
    { what: "no dropout in the low-rank changes", why: "bert-en was trained without dropout, and 120 steps on 1,900 pairs do not overfit a change of rank 16" },
    { what: "maps of TwinBERT's head have no biases", why: "they would add the same to both documents of a query" },
    { what: "LoRA+ is left out", why: "a further variant of the siamese changes, on which no condition rests" },
    { what: "queries are the two to four rarest words of a summary", why: "the retrieval fixture here; it makes queries as short as those of the paper" },
    { what: "the [MASK] tokens that fill ColBERT's queries up are read by the encoder like words", why: "implementations differ; all arms of that head do the same" },
    { what: "the generator of a prefix is 64 wide instead of 256", why: "in proportion to an encoder of width 128" },
  ],
  use: [
    { verb: "reprise train semi-siamese --data pairs.jsonl --base my-model --out my-sides", description: "a side for queries and one for documents beside your encoder, which stays as it is" },
    { verb: 'embed(texts, { role: "query" })', description: "vectors of texts as that side reads them; search, eval and rerank choose the side themselves" },
    { verb: "new SidedEncoder({ encoder, tuning })", description: "one frozen encoder that reads queries and documents differently, for a few per cent of its weights" },
    { verb: "new PairRanker(encoder, head)", description: "scores queries with documents by TwinBERT's or ColBERT's head" },
  ],
  knobs: [
    { name: "trainingQueries", description: "light tuning shows where there is little data", values: [100, 400, 1600] },
    { name: "vector", description: "width of ColBERT's vectors", values: [16, 32, 64] },
  ],
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: ["Twin, full", "Twin, LoRA", "Twin, SS-LoRA", "Twin, separate LoRA"], settings },
      full: { seeds: [1, 2, 3], minutes: 15, settings },
    },
    foundations: [bertEn],
    prepare,
    arms: [
      arm("Twin, full", "baseline", "TwinBERT, the whole encoder tuned", { head: "twin" }),
      arm("Twin, LoRA", "baseline", "low-rank changes, the same for both sides", { head: "twin", tuning: TUNINGS.lora, against: "Twin, full" }),
      arm("Twin, SS-LoRA", "system", "the change of the values is each side's own", { head: "twin", tuning: TUNINGS.ssLora, against: "Twin, LoRA" }),
      arm("Twin, separate LoRA", "control", "both changes are each side's own", { head: "twin", tuning: TUNINGS.separateLora, against: "Twin, SS-LoRA" }),
      arm("Twin, hq LoRA", "control", "the change of the queries is each side's own instead", { head: "twin", tuning: TUNINGS.hqLora, against: "Twin, SS-LoRA" }),
      arm("Twin, prefix", "baseline", "a prefix, the same for both sides", { head: "twin", tuning: TUNINGS.prefix, against: "Twin, full" }),
      arm("Twin, SS-prefix", "system", "common prefix plus one of each side", { head: "twin", tuning: TUNINGS.ssPrefix, against: "Twin, prefix" }),
      arm("Twin, SS-hybrid", "system", "the semi-siamese prefix for half of the steps, then the semi-siamese low-rank changes", { head: "twin", tuning: TUNINGS.hybrid, hybrid: true, against: "Twin, SS-LoRA" }),
      arm("Twin, two encoders", "baseline", "an encoder for each side, both tuned in whole", { head: "twin", two: true, against: "Twin, full" }),
      arm("ColBERT, full", "baseline", "ColBERT, the whole encoder tuned", { head: "colbert" }),
      arm("ColBERT, LoRA", "baseline", "low-rank changes, the same for both sides", { head: "colbert", tuning: TUNINGS.lora, against: "ColBERT, full" }),
      arm("ColBERT, SS-LoRA", "system", "the change of the values is each side's own", { head: "colbert", tuning: TUNINGS.ssLora, against: "ColBERT, LoRA" }),
    ],
    claim: {
      paper: "light tuning beats tuning the whole encoder for bi-encoders on three collections, and semi-siamese changes beat siamese ones",
      metric: "nDCG@10 of BM25's first 20, reranked",
      expected: "low-rank changes lose at most half a point to tuning the whole; semi-siamese ones gain half a point over siamese ones on at least one head; separate ones gain nothing more",
      conditions: [
        { name: "light tuning loses at most 0.5 points to tuning the whole", effect: difference({ metric: "ndcg10", of: "Twin, LoRA", minus: "Twin, full" }), kind: "atLeast", minimumEffect: -0.005 },
        { name: "semi-siamese gains 0.5 points over siamese", effect: difference({ metric: "ndcg10", of: "Twin, SS-LoRA", minus: "Twin, LoRA" }), kind: "atLeast", minimumEffect: 0.005, profiles: ["quick"] },
        { name: "semi-siamese gains 0.5 points over siamese on at least one head", effect: bestGain, kind: "atLeast", minimumEffect: 0.005, profiles: ["full"] },
        { name: "separate changes gain nothing over semi-siamese ones", effect: difference({ metric: "ndcg10", of: "Twin, separate LoRA", minus: "Twin, SS-LoRA" }), kind: "atMost", minimumEffect: 0 },
      ],
    },
    tried: ["sizes and steps are those of the specification, rates were fixed before the first run; nothing was tuned"],
  },
  textRecipe: semiSiameseRecipe,
  probe: () => {
    const random = RandomStream.of(1);
    const { encoder } = new Bert({ random, vocabulary: 40, width: 16, depth: 2, heads: 2, positions: 12 });
    const sided = new SidedEncoder({ random, encoder, width: 16, tuning: { prefix: { sharing: "added", seeds: 2, hidden: 8 } } });
    const module = new PairRanker(sided, new TwinHead(16, random));
    const batch = { ...randomFields("query", { random, rows: 4, length: 4 }), ...randomFields("document", { random, rows: 4, length: 8 }), ...randomFields("negative", { random, rows: 4, length: 8 }) };
    const loss = (model: PairRanker, fields: Readonly<Record<string, Tensor>>): Tensor => {
      const score = (side: "document" | "negative"): Tensor => model.forward({ query: sideOf(fields, "query"), document: sideOf(fields, side) }, EVALUATE);
      return pairSoftmax(score("document"), score("negative"), { bounded: true }).loss;
    };
    return Promise.resolve({ module, batch, loss });
  },
});
