/**
 * xMEN: A Modular Toolkit for Cross-Lingual Medical Entity Normalization (Borchert et al., arXiv 2310.11275, 2023).
 *
 * Names in any language are linked to concepts: several generators find candidates, a cross-encoder reads a mention with each
 * of them and is kept close to the generators' scores. Checked: English names in the dictionary, the ensemble, and the
 * distance to the scores, on names of countries, currencies, languages and emoji in five languages.
 *
 * Choices: the dense generator's weight is chosen on dev mentions, since its cosines have a scale of their own; the distance is
 * averaged over mentions as the cross-entropy is.
 */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE, PairEncoder } from "../../nn/index.ts";
import type { SearchHit } from "../../data/search/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { defineSystem, difference } from "../../lab/index.ts";
import type { ArmContext, ArmResult, Effect, PrepareContext, Table } from "../../lab/index.ts";
import { readJson, writeJson } from "../../lab/store.ts";
import { againstArm, bertEn, bertEncoder, bertOf, biEncoderOf, crossEncoderOf, describeDifference, encodeTexts, fineTuneBiEncoder, fineTuneOnCandidates, keepItems, loadKbNames, mapRows, scoreRows, TARGET_LANGUAGES, textRows } from "../../lab/text/index.ts";
import type { TargetLanguage } from "../../lab/text/index.ts";
import { DenseGenerator, ensemble, NgramGenerator } from "./xmen-candidates.ts";
import type { Alias, CandidateGenerator } from "./xmen-candidates.ts";
import { dictionariesOf, englishItems, findAll, recallAt, scoreLinks, synonymBatches, synonymLoss, synonymsOf, targetItems } from "./xmen-lab.ts";
import type { Dictionaries, LinkItem, Synonyms } from "./xmen-lab.ts";
import { candidateList, LinkRows, listBatches, listRows, rerankerLoss } from "./xmen-reranker.ts";
import type { CandidateList, ListedMention } from "./xmen-reranker.ts";
import { xmenTextRecipe } from "./xmen-recipe.ts";

const settings = {
  /** Candidates of a generator, and of the ensemble. */
  depth: 64,
  /** Places of a reranker's list, "none of them" included. */
  candidates: 64,
  /** Mentions that are tested. */
  test: 500,
  dense: { steps: 150, batch: 64, length: 24, learningRate: 5e-4 },
  reranker: { steps: 200, batch: 2, learningRate: 5e-4, lengths: { mention: 32, candidate: 32 } },
};
type Settings = typeof settings;

/** Mentions that are looked for: tested, for choosing a weight, English for training, labelled in the target languages. */
const SETS = ["test", "dev", "english", "labelled"] as const;
type Sets<T> = Readonly<Record<(typeof SETS)[number], T>>;
type Found = Sets<readonly (readonly SearchHit[])[]>;

interface Shared {
  readonly tokenizer: Tokenizer;
  readonly dictionaries: Dictionaries;
  readonly synonyms: Synonyms;
  readonly items: Sets<readonly LinkItem[]>;
  readonly ngram: Found;
  /** Of the tested mentions, in names of their language alone. */
  readonly own: readonly (readonly SearchHit[])[];
}

/** A generator for the dictionary of each language. */
const ofLanguages = <G extends CandidateGenerator>(make: (language: TargetLanguage) => G): Readonly<Record<TargetLanguage, G>> => Object.fromEntries(TARGET_LANGUAGES.map((language) => [language, make(language)])) as Record<TargetLanguage, G>;

async function find(items: Sets<readonly LinkItem[]>, generators: Parameters<typeof findAll>[1], k: number): Promise<Found> {
  const found: [string, SearchHit[][]][] = [];
  for (const set of SETS) found.push([set, await findAll(items[set], generators, k)]);
  return Object.fromEntries(found) as Sets<SearchHit[][]>;
}

async function prepare({ settings: { depth, test }, random, foundation, ...context }: PrepareContext<Settings>): Promise<Shared> {
  const names = await loadKbNames(context);
  const dictionaries = dictionariesOf(names.concepts);
  const items = { test: targetItems(names.test.slice(0, test)), dev: targetItems(names.dev), english: englishItems(names.english, dictionaries, random.child("english")), labelled: targetItems(names.train) };
  return {
    tokenizer: bertOf(foundation(bertEn)).tokenizer,
    dictionaries,
    synonyms: synonymsOf(names.concepts),
    items,
    ngram: await find(items, ofLanguages((language) => new NgramGenerator(dictionaries[language].aliases)), depth),
    own: await findAll(items.test, ofLanguages((language) => new NgramGenerator(dictionaries[language].own)), depth),
  };
}

const untrained = { parameters: 0, flopsPerStep: 0, steps: 0, seconds: 0 } as const;

/** Answers by language: how many of the tested mentions are right. */
function byLanguage(items: readonly LinkItem[], byItem: readonly number[]): Table {
  const share = (of: (item: LinkItem) => boolean): string => {
    const own = items.flatMap((item, i) => (of(item) ? [byItem[i] as number] : []));
    return own.length === 0 ? "-" : `${((100 * own.reduce((sum, value) => sum + value, 0)) / own.length).toFixed(1)}%`;
  };
  return { caption: "right answers", columns: ["language", "known", "unknown"], rows: TARGET_LANGUAGES.map((language) => [language, share((item) => item.language === language && item.gold !== null), share((item) => item.language === language && item.gold === null)]) };
}

/** What candidates alone give: the first is the answer, nothing is ever "none of them". */
async function judgeCandidates(context: ArmContext<Settings>, { items: { test } }: Shared, hits: readonly (readonly SearchHit[])[]): Promise<Pick<ArmResult, "metrics" | "tables">> {
  const { accuracy, f1, byItem } = scoreLinks(test, hits.map(([first]) => (first === undefined ? null : String(first.id))));
  await keepItems(context, "right", byItem);
  return { metrics: { recall1: recallAt(test, hits, 1), recall64: recallAt(test, hits, context.settings.depth), accuracy, f1 }, tables: [byLanguage(test, byItem)] };
}

const HITS = "hits.json";

/** Brings synonyms together, then finds candidates by vectors; what was found is kept for the arms after it. */
async function dense(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const { settings: { dense: { steps, batch, length, learningRate }, depth }, seed, random, device, signal } = context;
  const { dictionaries, synonyms, tokenizer, items } = shared;
  const model = biEncoderOf(bertOf(context.foundation(bertEn)), { random: random.child("weights") });
  const trained = await fineTuneBiEncoder(context, model, synonymBatches(textRows(tokenizer, synonyms.texts, length), synonyms, { length, batch, seed }), { steps, learningRate, loss: synonymLoss });
  const encode = (texts: readonly string[]): Promise<HostArray> => encodeTexts(model, "query", tokenizer, texts, { maximum: length, device, signal });
  const { data, shape } = await encode(synonyms.texts);
  const width = shape[1] as number;
  const places = new Map(synonyms.texts.map((text, i) => [text, i]));
  const vectorsOf = (aliases: readonly Alias[]): HostArray => hostArray(Float32Array.from(aliases.flatMap(({ text }) => [...(data as Float32Array).subarray((places.get(text) as number) * width, ((places.get(text) as number) + 1) * width)])), [aliases.length, width]);
  const generators = ofLanguages((language) => new DenseGenerator({ aliases: dictionaries[language].aliases, vectors: vectorsOf(dictionaries[language].aliases), encode, device }));
  try {
    const found = await find(items, generators, depth);
    await writeJson(context.artifacts, HITS, Object.fromEntries(SETS.map((set) => [set, found[set].map((hits) => hits.map(({ id, score }) => [id, score]))])));
    return { ...trained, ...(await judgeCandidates(context, shared, found.test)) };
  } finally {
    await Promise.all(Object.values(generators).map((generator) => generator.release()));
  }
}

/** Weights of the dense generator to choose from; the other's is 1. */
const DENSE_WEIGHTS = [1, 0.75, 0.5, 0.25] as const;

interface Fused extends Found {
  readonly weight: number;
}

/** Candidates of both generators, the dense ones from their arm, under the weight that recalls most of the dev mentions. */
async function ensembleOf(context: ArmContext<Settings>, { ngram, items }: Shared): Promise<Fused> {
  const { depth } = context.settings;
  const kept = (await readJson(context.artifactsOf("dense"), HITS)) as unknown as Sets<readonly (readonly (readonly [id: string, score: number])[])[]>;
  const fuse = (set: (typeof SETS)[number], weight: number): SearchHit[][] => ngram[set].map((hits, i) => ensemble({ ngram: hits, dense: (kept[set][i] ?? []).map(([id, score]) => ({ id, score })) }, { dense: { weight } }).slice(0, depth));
  const rated = DENSE_WEIGHTS.map((weight) => {
    const hits = fuse("dev", weight);
    return { weight, recall: recallAt(items.dev, hits, depth) + recallAt(items.dev, hits, 1) };
  });
  const { weight } = rated.reduce((best, other) => (other.recall > best.recall ? other : best));
  return { weight, ...(Object.fromEntries(SETS.map((set) => [set, fuse(set, weight)])) as Sets<SearchHit[][]>) };
}

async function ensembled(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const { test, weight } = await ensembleOf(context, shared);
  return { ...untrained, ...(await judgeCandidates(context, shared, test)), notes: [`weight of the dense generator, chosen on dev mentions by recall@1 and at full depth: ${weight}`] };
}

/** Mentions as the reranker reads them. */
const listed = (items: readonly LinkItem[], lists: readonly CandidateList[], dictionaries: Dictionaries): ListedMention[] =>
  items.map(({ mention: { left, text, right }, language, hiddenIn }, i) => ({ left, text, right, list: lists[i] as CandidateList, concepts: dictionaries[language].concepts, ...(hiddenIn === undefined ? {} : { hiddenIn }) }));

/** Trains a reranker on English mentions, or on these and as many labelled ones, and answers with it. */
async function rerank(context: ArmContext<Settings>, shared: Shared, { lambda, labelled = false }: { readonly lambda: number; readonly labelled?: boolean }): Promise<ArmResult> {
  const { settings: { candidates, reranker: { steps, batch, learningRate, lengths } }, seed, random } = context;
  const { tokenizer, items, dictionaries } = shared;
  const found = await ensembleOf(context, shared);
  const listsOf = (set: (typeof SETS)[number]): ListedMention[] => listed(items[set], items[set].map(({ gold }, i) => candidateList(found[set][i] ?? [], candidates, gold)), dictionaries);
  const english = listsOf("english");
  const target = labelled ? listsOf("labelled") : [];
  const repeated = target.length === 0 ? [] : english.map((_, i) => target[i % target.length] as ListedMention);
  const rows = new LinkRows(tokenizer, lengths);
  const model = crossEncoderOf(bertOf(context.foundation(bertEn)), { random: random.child("weights") });
  const trained = await fineTuneOnCandidates(context, model, listBatches(listRows(rows, [...english, ...repeated]), { length: rows.longest, batch, seed }), { steps, learningRate, loss: (own, tensors, mode) => ({ ...rerankerLoss(own, tensors, mode, lambda) }) });

  const tested = listRows(rows, listsOf("test"));
  const { data } = await mapRows((batchRows) => scoreRows(model, batchRows, EVALUATE), tested.rows, context);
  const logits = tested.lists.map((_, i) => Array.from(data.subarray(i * candidates, (i + 1) * candidates) as Float32Array));
  const answerOf = ({ concepts }: CandidateList, scores: readonly number[]): string | null => concepts[scores.indexOf(Math.max(...scores))] ?? null;
  const { accuracy, f1, byItem } = scoreLinks(items.test, tested.lists.map((list, i) => answerOf(list, logits[i] as number[])));
  const first = tested.lists.map((list, i) => [{ id: answerOf(list, (logits[i] as number[]).slice(0, -1)) ?? "", score: 0 }]);
  await keepItems(context, "right", byItem);
  return {
    ...trained,
    metrics: { recall1: recallAt(items.test, first, 1), listRecall: recallAt(items.test, found.test, candidates - 1), accuracy, f1 },
    tables: [byLanguage(items.test, byItem)],
    notes: [`right answers, against the ensemble's first: ${describeDifference(await againstArm(context, "ensemble", "right", byItem))}`],
  };
}

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
    { what: "abbreviations, deduplication and filters by type are left out; a dictionary is a file of JSON Lines or a folder of UMLS tables instead of a YAML configuration", why: "not part of the claim" },
  ],
  use: [
    { verb: "readDictionary(path)", description: "a dictionary from JSON Lines or from the tables MRCONSO and MRSTY of UMLS" },
    { verb: "link(text, spans)", description: "concepts for names in a text, by characters, by a bi-encoder's vectors, reordered by a cross-encoder" },
    { verb: "train xmen", description: "a reranker from pairs of a mention and a name, near the ranking by characters" },
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
