/**
 * xMEN: A Modular Toolkit for Cross-Lingual Medical Entity Normalization (Borchert et al., arXiv 2310.11275, 2023).
 *
 * Names in any language are linked to concepts: several generators find candidates, a cross-encoder reads a mention with each
 * of them and is kept close to the generators' scores. Checked: English names in the dictionary, the ensemble, and the
 * distance to the scores, on names of countries, currencies, languages and emoji in five languages.
 *
 * Choices: the dense generator's weight is chosen on dev mentions, since its cosines have a scale of their own; the distance is
 * averaged over mentions as the cross-entropy is. The arms are in `xmen-arms.ts`, the reranker in `xmen-reranker.ts`.
 */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { EVALUATE, PairEncoder } from "../../nn/index.ts";
import { defineSystem, difference } from "../../lab/index.ts";
import type { Effect } from "../../lab/index.ts";
import { bertEn, bertEncoder } from "../../lab/text/index.ts";
import { dense, ensembled, judgeCandidates, prepare, rerank, settings, untrained } from "./xmen-arms.ts";
import { rerankerLoss } from "./xmen-reranker.ts";
import { xmenTextRecipe } from "./xmen-recipe.ts";

/** What the ensemble gains over the better of its members. */
const overBest = (metric: string): Effect => ({
  formula: `${metric}(ensemble) - max(${metric}(n-gram), ${metric}(dense))`,
  reads: ["ensemble", "n-gram", "dense"].map((arm) => ({ arm, metric })),
  noEffect: 0,
  compute: ([both = NaN, ngram = NaN, vectors = NaN]) => both - Math.max(ngram, vectors),
});

export default defineSystem({
  slug: "xmen",
  family: "retrieval",
  title: "xMEN: A Modular Toolkit for Cross-Lingual Medical Entity Normalization",
  arxiv: "2310.11275",
  year: 2023,
  code: "https://github.com/hpi-dhc/xmen",
  summary:
    "Dictionaries of concepts are richest in English, while texts are written in every language. xMEN looks names up in English and in the language at once, by characters and by meaning, and reorders the candidates with a cross-encoder that may be trained on another language, since its loss keeps it near the order it was given.",
  mechanism: [
    "A dictionary gives each concept an id, a name, further names in the language and in English, and types.",
    "Generators find names like the mention: cosine of character 3-grams weighted by TF-IDF, and cosine of vectors trained to bring synonyms together; a concept scores as its best name does.",
    "The ensemble multiplies scores by a weight for each generator and takes the largest of a concept.",
    "The reranker reads `left [START] mention [END] right` with `types [TYPE] name [TITLE] alias [SEP] alias`; the candidates of a mention are one list, its last place is [NIL], right when no other is.",
    "The loss is the cross-entropy over the list plus the Euclidean distance between the logits and the generators' scores; the score of [NIL] is 1 when it is right, else 0.",
    "[NIL] on top means that the dictionary lacks what is meant.",
  ],
  checks: [
    "merging {A: 0.9, B: 0.4} and {B: 0.7} gives A 0.9 and B 0.7, B found by both",
    "without the distance the loss is the cross-entropy over the list",
    "the distance is 0 for logits equal to the scores",
    "equal names have a 3-gram cosine of 1; recall at k never falls with k",
    "the right answer is [NIL] exactly where no candidate is right, and it takes the place of the last candidate",
    "names that a mention was made from are hidden from generators and from its concept's row",
  ],
  deviations: [
    { what: "countries, currencies, languages and emoji instead of medical concepts", why: "medical dictionaries are licensed; tables in the form of UMLS can be read" },
    { what: "weak training is on English names of the dictionary itself, hidden from it, instead of annotated texts translated by machine", why: "no annotated texts here; what is kept is that no label of a target language is seen" },
    { what: "the vectors come from bert-en and InfoNCE with all synonyms as positives instead of SapBERT's multi-similarity loss", why: "an encoder of English bytes; the aim is the same" },
    { what: "two mentions a step in lists of 64 (quick: four in lists of 16) at 5e-4 for a fixed number of steps instead of one mention at 2e-5 and the best epoch", why: "a small encoder trained for a minute" },
    { what: "the reranker with labels sees English and labelled mentions in equal parts, in as many steps", why: "equal budgets" },
    { what: "64 candidates of a generator instead of 100, and no label smoothing", why: "as many as a list of the reranker has; smoothing is optional there" },
    { what: "on users' data the reranker reads a mention and one name, without sentence, types and further names", why: "records of pairs have no more, and the folder is a cross-encoder that other tools open" },
    { what: "abbreviations, deduplication and filters by type are left out; a dictionary is a file of JSON Lines or a folder of UMLS tables instead of a YAML configuration", why: "not part of the claim" },
  ],
  use: [
    { verb: "reprise link concepts.jsonl --data names.txt --lines", description: "the concept of each name, from a dictionary of yours" },
    { verb: "readDictionary(path)", description: "a dictionary from JSON Lines or from the tables MRCONSO and MRSTY of UMLS" },
    { verb: "link(text, spans)", description: "concepts for names in a text, by characters, by a bi-encoder's vectors, reordered by a cross-encoder" },
    { verb: "reprise train xmen --data pairs.jsonl --out my-linker", description: "a reranker from pairs of a mention and a name, near the ranking by characters" },
  ],
  knobs: [
    { name: "candidates", description: "places of a reranker's list", values: [8, 16, 64] },
    { name: "test", description: "mentions that are tested", values: [300, 500, 1000] },
  ],
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: ["n-gram, own language", "n-gram", "dense", "ensemble", "weak, lambda 0", "weak"], settings: { ...settings, candidates: 16, test: 300, dense: { ...settings.dense, steps: 100 }, reranker: { ...settings.reranker, steps: 80, batch: 4 } } },
      full: { seeds: [1, 2], minutes: 20, settings },
    },
    foundations: [bertEn],
    prepare,
    arms: [
      { name: "n-gram, own language", role: "floor", description: "character 3-grams, names of the target language alone", run: async (context, shared) => ({ ...untrained, ...(await judgeCandidates(context, shared, shared.own)) }) },
      { name: "n-gram", role: "baseline", description: "character 3-grams, English names too", run: async (context, shared) => ({ ...untrained, ...(await judgeCandidates(context, shared, shared.ngram.test)) }) },
      { name: "dense", role: "baseline", description: "vectors of synonyms, the same names", run: dense },
      { name: "ensemble", role: "baseline", description: "the larger score of the two, the dense one weighted", run: ensembled },
      { name: "weak, lambda 0", role: "baseline", description: "reranker trained on English mentions, free of the generators' scores", run: (context, shared) => rerank(context, shared, { lambda: 0 }) },
      { name: "weak", role: "system", description: "reranker trained on English mentions, near the generators' scores", run: (context, shared) => rerank(context, shared, { lambda: 1 }) },
      { name: "200 labels", role: "system", description: "trained on 200 mentions of the target languages too", run: (context, shared) => rerank(context, shared, { lambda: 1, labelled: true }) },
    ],
    claim: {
      paper: "best results across languages; rerankers trained on translated texts help without labels in the target language, and the distance to the generators' ranking matters for them",
      metric: "recall@64 of candidates; share of mentions answered right, a tenth of which the dictionary lacks",
      expected: "English names add 5 points of recall@64, the ensemble is no worse than the better generator, and the weak reranker is no worse with the distance than without",
      conditions: [
        { name: "with the distance the weak reranker answers at least as well", effect: difference({ metric: "accuracy", of: "weak", minus: "weak, lambda 0" }), kind: "atLeast", minimumEffect: 0 },
        { name: "English names add 5 points of recall@64", effect: difference({ metric: "recall64", of: "n-gram", minus: "n-gram, own language" }), kind: "atLeast", minimumEffect: 0.05 },
        { name: "the ensemble recalls at least as much as the better generator", effect: overBest("recall64"), kind: "atLeast", minimumEffect: 0 },
        { name: "labels of the target languages help", effect: difference({ metric: "accuracy", of: "200 labels", minus: "weak" }), kind: "atLeast", minimumEffect: 0, role: "side", profiles: ["full"] },
      ],
    },
    tried: ["after a smoke run, in which cosines of untrained vectors swamped those of characters, the dense generator's weight became a choice on dev mentions; sizes, steps and thresholds were set before it and stayed"],
  },
  probe: () => {
    const random = RandomStream.of(1);
    const module = new PairEncoder({ random: random.child("pairs"), encoder: bertEncoder({ random, vocabulary: 40, width: 16, depth: 2, heads: 2, positions: 12 }), width: 16, pooler: true });
    const draw = RandomStream.of(2);
    const shape = [2 * 4, 9];
    const batch = {
      ids: hostArray(Int32Array.from({ length: 72 }, () => draw.integer(40)), shape),
      segments: hostArray(Int32Array.from({ length: 72 }, (_, i) => Number(i % 9 > 4)), shape),
      valid: hostArray(new Uint8Array(72).fill(1), shape, "bool"),
      answers: hostArray(Int32Array.of(3, 0), [2]),
      scores: hostArray(Float32Array.of(0.6, 0.5, 0.2, 1, 0.9, 0.3, 0.1, 0), [2, 4]),
    };
    return Promise.resolve({ module, batch, loss: (model: PairEncoder, tensors: Readonly<Record<keyof typeof batch, Tensor>>) => rerankerLoss(model, tensors, EVALUATE, 1).loss });
  },
  textRecipe: xmenTextRecipe,
});
