/**
 * Augmented SBERT: Data Augmentation Method for Improving Bi-Encoders for Pairwise Sentence Scoring Tasks (Thakur et al.,
 * arXiv 2010.08240, NAACL 2021).
 *
 * A cross-encoder learns from few labelled pairs, labels many unseen ones, and a bi-encoder learns from both; what matters is
 * which pairs are labelled. Checked: four ways to choose them against gold alone and against synonyms, and a move to a
 * domain without labels.
 *
 * Choices: neighbours are taken rank by rank over all texts until there are enough; for the move to another domain half of
 * the pairs are lexical neighbours and half random ones, so that the student sees both ends of the scale.
 */
import { hostArray, RandomStream } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { defineSystem, difference } from "../../lab/index.ts";
import type { Effect } from "../../lab/index.ts";
import { Bert, bertEn, biEncoderOf, cosineError, randomFields } from "../../lab/text/index.ts";
import type { BiEncoder } from "../../lab/text/index.ts";
import { adapted, augmented, crossEncoder, GOLD, goldOnly, prepare, settings, TEACHER, withSynonyms } from "./augmented-sbert-arms.ts";
import { augmentedSbertRecipe } from "./augmented-sbert-recipe.ts";

/** The better of both recommended samplers against another arm. */
const bestSampler = (against: string): Effect => ({
  formula: `max(spearman(KDE), spearman(BM25)) - spearman(${against})`,
  reads: [{ arm: "KDE", metric: "spearman" }, { arm: "BM25", metric: "spearman" }, { arm: against, metric: "spearman" }],
  noEffect: 0,
  compute: ([kde = NaN, bm25 = NaN, other = NaN]) => Math.max(kde, bm25) - other,
});

const quickArms = [GOLD, TEACHER, "KDE", "BM25", "random"];

export default defineSystem({
  slug: "augmented-sbert",
  family: "retrieval",
  title: "Augmented SBERT: Data Augmentation Method for Improving Bi-Encoders for Pairwise Sentence Scoring Tasks",
  arxiv: "2010.08240",
  year: 2020,
  code: "https://github.com/UKPLab/sentence-transformers",
  summary:
    "A cross-encoder makes more of a few hundred labelled pairs than a bi-encoder does, but is too slow to compare many texts. Here it labels unseen pairs once, and the bi-encoder learns from gold and silver pairs together; everything depends on which pairs are labelled, for random texts are nearly all unlike.",
  mechanism: [
    "A cross-encoder with one score learns from gold pairs: binary cross-entropy against scores from 0 to 1.",
    "Texts are recombined into pairs that have no label: at random, each with its lexical neighbours (BM25), or with its neighbours among the vectors of a bi-encoder trained on gold.",
    "Or random pairs are labelled and thinned (KDE): a pair of score s stays with probability min(1, F_gold(s) / F_silver(s)), both densities by Gaussian kernels.",
    "Labels are the cross-encoder's probabilities as they are. A bi-encoder with mean pooling learns gold and silver, shuffled together, by the squared error of the cosine.",
    "For another domain the same teacher labels pairs of that domain, and the student sees nothing else.",
  ],
  checks: [
    "with equal densities KDE keeps every pair",
    "densities (0.5, 0.5) and (0.9, 0.1) keep 0.556 and 1 of two bins, so that what remains stands 5 to 1",
    "the loss of equal texts with label 1 is 0",
    "M labels cost M passes of the cross-encoder, the student's cost stays",
    "no silver pair is a gold pair or its reverse; densities are of both sets",
  ],
  deviations: [
    { what: "silver pairs are drawn from the gold sentences and 6,000 further glosses", why: "the fixture's pool: users with few labels have texts without; `unlabelled` 0 gives the paper's recombination of gold alone" },
    { what: "no choice among several seeds of the teacher, of which the paper stops all but the best early", why: "the arms of a seed share one teacher, so that only the pairs differ; the spread over seeds is shown" },
    { what: "similarity of WordNet's synsets instead of human scores", why: "no human scores are at hand without their text's licence; most pairs score low, as theirs do" },
    { what: "gold pairs are more alike than test pairs: scores of 0.59 and 0.49 in the mean", why: "neighbours in the tree are drawn within a split, and the training split has eleven times as many glosses as the test split, so that its neighbours are nearer; the density that KDE aims at is gold's" },
    { what: "AdamW at 3e-4 for 200 steps instead of 2e-5 for epochs", why: "small encoders; the same for every arm" },
  ],
  use: [
    { verb: "reprise train augmented-sbert --data pairs.jsonl", description: "from a few hundred scored pairs: an embedder, the cross-encoder as a reranker, and the silver pairs with their scores" },
    { verb: "silverPairs({ strategy, texts, known, label })", description: "unseen pairs of your texts with scores of any labeller, chosen by any of the samplers" },
  ],
  knobs: [
    { name: "silver", description: "pairs that are labelled", values: [600, 2000, 6000] },
    { name: "unlabelled", description: "further texts to recombine; 0 recombines gold alone, as the paper does", values: [0, 2000, 6000] },
  ],
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: quickArms, settings },
      full: { seeds: [1, 2, 3, 4, 5], minutes: 25, settings },
    },
    foundations: [bertEn],
    prepare,
    arms: [
      { name: GOLD, role: "baseline", description: "bi-encoder on 600 gold pairs", run: goldOnly },
      { name: TEACHER, role: "baseline", description: "the teacher, of the same steps: what the student aims for", run: crossEncoder },
      { name: "KDE", role: "system", description: "gold and random pairs thinned to gold's density", run: (context, shared) => augmented(context, shared, "kde") },
      { name: "BM25", role: "system", description: "gold and lexical neighbours", run: (context, shared) => augmented(context, shared, "bm25") },
      { name: "random", role: "baseline", description: "gold and random pairs", run: (context, shared) => augmented(context, shared, "random") },
      { name: "semantic", role: "ablation", description: "gold and neighbours among the vectors of the bi-encoder on gold", run: (context, shared) => augmented(context, shared, "semantic") },
      { name: "BM25 + semantic", role: "ablation", description: "gold, half of both kinds of neighbours", run: (context, shared) => augmented(context, shared, "bm25+semantic") },
      { name: "synonyms", role: "baseline", description: "gold, and gold with words replaced by synonyms", run: withSynonyms },
      { name: "other domain", role: "system", description: "silver pairs of package descriptions only, labelled by the teacher of glosses", run: adapted },
    ],
    claim: {
      paper: "up to 6 points in the domain and up to 37 when adapted to another; picking pairs at random is the weak choice",
      metric: "Spearman's rho on 2,000 pairs of glosses; average precision of telling texts of one package from others on the other domain",
      expected: "the better of KDE and BM25 beats gold alone by 2 points and random pairs by 1; the adapted student beats the one trained on glosses by 5 points of average precision; the teacher must beat gold alone by 2 points on dev",
      conditions: [
        { name: "the teacher beats gold alone by 2 points on dev", effect: difference({ metric: "dev", of: TEACHER, minus: GOLD }), kind: "atLeast", minimumEffect: 0.02, role: "precondition" },
        { name: "the better of KDE and BM25 beats gold alone by 2 points", effect: bestSampler(GOLD), kind: "atLeast", minimumEffect: 0.02 },
        { name: "and random pairs by 1 point", effect: bestSampler("random"), kind: "atLeast", minimumEffect: 0.01 },
        { name: "adapted to the other domain, 5 points over the student of glosses", effect: difference({ metric: "otherDomain", of: "other domain", minus: GOLD }), kind: "atLeast", minimumEffect: 0.05, profiles: ["full"] },
        { name: "silver pairs beat synonyms", effect: bestSampler("synonyms"), kind: "atLeast", minimumEffect: 0, role: "side", profiles: ["full"] },
      ],
    },
    tried: ["sizes, steps, batch and thresholds are those of the specification; nothing was tuned"],
  },
  textRecipe: augmentedSbertRecipe,
  probe: () => {
    const random = RandomStream.of(1);
    const sizes = { width: 16, depth: 2, heads: 2, positions: 8 };
    const module = biEncoderOf({ model: new Bert({ random, vocabulary: 40, ...sizes }), sizes }, { random });
    const rows = { random: RandomStream.of(2), rows: 4, length: 6 };
    const batch = { ...randomFields("query", rows), ...randomFields("document", rows), labels: hostArray(Float32Array.of(0.9, 0.1, 0.5, 0.3), [4]) };
    return Promise.resolve({ module, batch, loss: (model: BiEncoder, tensors: Parameters<typeof cosineError>[1]) => cosineError(model, tensors, EVALUATE).loss });
  },
});
