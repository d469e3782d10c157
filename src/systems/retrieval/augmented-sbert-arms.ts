/** The arms of Augmented SBERT: a teacher and students, all of the same steps, that differ in the pairs they learn from. */
import { lexicalNeighbours, wordnet } from "../../data/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { PairEncoder } from "../../nn/index.ts";
import { metrics } from "../../train/index.ts";
import { mean } from "../../lab/index.ts";
import type { ArmContext, ArmResult, PrepareContext } from "../../lab/index.ts";
import {
  againstArm, bertEn, bertOf, biEncoderOf, cosineError, crossEncoderOf, describeDifference, fineTuneBiEncoder, fineTuneCrossEncoder, keepItems, keepWeights, loadDescDup, loadWordNetPairs, mapRows, pairProducts, pairRows, pairTexts, placesOf, probabilities,
  rankAgreement, rowFlops, scorePairs, scoredPairBatches, scoredSidesBatches, scoreRows, takeWeights, textRows, vectorRuns,
} from "../../lab/text/index.ts";
import type { BiEncoder, RowSet, ScoredPlaces, ScoredTextPair, TrainedBert } from "../../lab/text/index.ts";
import { silverPairs } from "./augmented-sbert-silver.ts";
import type { SilverOptions, SilverPairs, Strategy } from "./augmented-sbert-silver.ts";
import { paraphrased, synonymsOf } from "./augmented-sbert-synonyms.ts";

export const settings = {
  /** Pairs that the cross-encoder labels for the bi-encoder. */
  silver: 6000,
  /** Random pairs labelled for the density of KDE. */
  candidates: 18_000,
  /** Texts without labels that are recombined with those of the gold pairs; 0 is the paper's setting. */
  unlabelled: 6000,
  /** Neighbours of a text that are looked at. */
  neighbours: 5,
  steps: 200,
  /** Pairs in a step. */
  batch: 32,
  /** Tokens of a text, special ones included; a pair has 2 length - 1. */
  length: 32,
  learningRate: 3e-4,
};
export type Settings = typeof settings;

export interface Shared {
  readonly records: readonly ScoredTextPair[];
  readonly gold: ScoredPlaces;
  readonly lexical: readonly (readonly number[])[];
  readonly dev: ScoredPlaces;
  readonly test: ScoredPlaces;
  readonly synonyms: ReadonlyMap<string, readonly string[]>;
  /** The other domain: its texts without labels, and its test pairs. */
  readonly target: { readonly texts: readonly string[]; readonly test: ScoredPlaces };
}

/** Loads what all arms share. */
export async function prepare({ settings: { unlabelled, neighbours }, ...context }: PrepareContext<Settings>): Promise<Shared> {
  const [pairs, dup, words] = [await loadWordNetPairs(context), await loadDescDup(context), await wordnet.load(context)];
  const gold = placesOf(pairs.train, pairs.pool.slice(0, unlabelled));
  return {
    records: pairs.train,
    gold,
    lexical: lexicalNeighbours(gold.texts, neighbours),
    dev: placesOf(pairs.dev),
    test: placesOf(pairs.test),
    synonyms: synonymsOf(words),
    target: { texts: placesOf(dup.train).texts, test: placesOf(dup.test) },
  };
}

/** Arms that later ones read: of the first the vectors, of the second the labels. */
export const [GOLD, TEACHER] = ["gold only", "cross-encoder"] as const;

/** Trains a bi-encoder on scored pairs and judges it in both domains. */
async function student(context: ArmContext<Settings>, { dev, test, target }: Shared, { texts, pairs, scores }: ScoredPlaces): Promise<{ readonly result: ArmResult; readonly model: BiEncoder; readonly bert: TrainedBert }> {
  const { settings: { steps, batch, length, learningRate }, seed } = context;
  const bert = bertOf(context.foundation(bertEn));
  const model = biEncoderOf(bert, { random: context.random.child("weights") });
  const data = scoredSidesBatches({ texts: textRows(bert.tokenizer, texts, length), pairs, labels: scores, length, batch, seed });
  const trained = await fineTuneBiEncoder(context, model, data, { steps, learningRate, loss: cosineError });
  const cosines = async (set: ScoredPlaces): Promise<Float32Array> => pairProducts(await vectorsOf(context, model, textRows(bert.tokenizer, set.texts, length)), set.pairs);
  const agreement = rankAgreement(await cosines(test), test.scores);
  await keepItems(context, "test", agreement.byItem);
  return {
    model,
    bert,
    result: {
      ...trained,
      metrics: { spearman: agreement.spearman, dev: rankAgreement(await cosines(dev), dev.scores).spearman, otherDomain: metrics.averagePrecision(target.test.scores, await cosines(target.test)), flopsPerText: rowFlops((rows) => model.encodeQuery(rows, EVALUATE), length) },
      notes: context.arm === GOLD ? [] : [`against gold only, over the test pairs: ${describeDifference(await againstArm(context, GOLD, "test", agreement.byItem))}`],
    },
  };
}

const vectorsOf = (context: ArmContext<Settings>, model: BiEncoder, rows: RowSet): ReturnType<typeof mapRows> => mapRows((batch) => model.encodeQuery(batch, EVALUATE), rows, context);

/** Gold only; its vectors find the semantic neighbours. */
export async function goldOnly(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const { model, result } = await student(context, shared, shared.gold);
  await keepWeights(context, "bi", model);
  return result;
}

/** The teacher: trained on gold, scores probabilities. */
export async function crossEncoder(context: ArmContext<Settings>, { gold, dev, test, target }: Shared): Promise<ArmResult> {
  const { settings: { steps, batch, length, learningRate }, seed } = context;
  const bert = bertOf(context.foundation(bertEn));
  const model = crossEncoderOf(bert, { random: context.random.child("weights") });
  const longest = 2 * length - 1;
  const data = scoredPairBatches({ pairs: pairRows(bert.tokenizer, pairTexts(gold), longest, cutTo(length)), labels: gold.scores, lengths: [longest], tokens: batch * longest, seed });
  const trained = await fineTuneCrossEncoder(context, model, data, { steps, learningRate });
  await keepWeights(context, "cross", model);
  const score = labeller(context, model, bert);
  const agreement = rankAgreement(await score(test), test.scores);
  return {
    ...trained,
    metrics: { spearman: agreement.spearman, dev: rankAgreement(await score(dev), dev.scores).spearman, otherDomain: metrics.averagePrecision(target.test.scores, await score(target.test)), flopsPerPair: rowFlops((rows) => scoreRows(model, rows, EVALUATE), longest) },
    notes: [`against gold only, over the test pairs: ${describeDifference(await againstArm(context, GOLD, "test", agreement.byItem))}`],
  };
}

const cutTo = (length: number): { readonly first: number; readonly second: number } => ({ first: length - 2, second: length - 2 });

/** Scores of pairs, 0 to 1. */
const labeller = (context: ArmContext<Settings>, model: PairEncoder, { tokenizer }: TrainedBert) => async (set: Pick<ScoredPlaces, "texts" | "pairs">): Promise<Float32Array> => {
  const { length } = context.settings;
  const { data } = await scorePairs(model, tokenizer, pairTexts(set), { maximum: 2 * length - 1, cut: cutTo(length), device: context.device, signal: context.signal });
  return probabilities(data as Float32Array);
};

/** Pairs of texts labelled by this seed's teacher. */
async function silver(context: ArmContext<Settings>, { texts, pairs: known }: Pick<ScoredPlaces, "texts" | "pairs">, options: Pick<SilverOptions, "strategy" | "goldScores" | "count"> & { readonly lexical: readonly (readonly number[])[] }): Promise<SilverPairs> {
  const { settings: { candidates, neighbours, length }, random } = context;
  const bert = bertOf(context.foundation(bertEn));
  const label = labeller(context, await takeWeights(context, TEACHER, "cross", crossEncoderOf(bert, { random })), bert);
  const semantic = async (): Promise<number[][]> => {
    const own = bertOf(context.foundation(bertEn));
    const bi = await takeWeights(context, GOLD, "bi", biEncoderOf(own, { random }));
    const vectors = await vectorsOf(context, bi, textRows(own.tokenizer, texts, length));
    return (await vectorRuns(vectors, vectors, { depth: neighbours + 1, device: context.device })).map((found, place) => found.filter((other) => other !== place));
  };
  return silverPairs({ ...options, texts: texts.length, known, candidates, random: random.child("silver"), label: (pairs) => label({ texts, pairs }), neighbours: { lexical: () => options.lexical, semantic } });
}

const joined = (texts: readonly string[], sets: readonly Pick<ScoredPlaces, "pairs" | "scores">[]): ScoredPlaces => ({ texts, pairs: sets.flatMap(({ pairs }) => pairs), scores: Float32Array.from(sets.flatMap(({ scores }) => [...scores])) });

/** Gold and silver, shuffled together. */
export async function augmented(context: ArmContext<Settings>, shared: Shared, strategy: Strategy): Promise<ArmResult> {
  const { gold, lexical } = shared;
  const labelled = await silver(context, gold, { strategy, goldScores: gold.scores, count: context.settings.silver, lexical });
  const { result } = await student(context, shared, joined(gold.texts, [gold, labelled]));
  const { pairs, scores, labelled: passes } = labelled;
  return { ...result, metrics: { ...result.metrics, silver: pairs.length, passes }, notes: [...(result.notes ?? []), `${pairs.length} silver pairs for ${passes} passes of the cross-encoder; mean score ${mean([...scores]).toFixed(3)}, of gold ${mean(Array.from(gold.scores)).toFixed(3)}`] };
}

/** The baseline augmentation: gold again with synonyms. */
export async function withSynonyms(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const more = paraphrased(shared.records, shared.synonyms, context.settings.silver, context.random.child("synonyms"));
  return (await student(context, shared, placesOf([...shared.records, ...more]))).result;
}

/** The other domain: the student sees nothing but silver pairs of it. */
export async function adapted(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const { texts } = shared.target;
  const { silver: count, neighbours } = context.settings;
  const goldScores = shared.gold.scores;
  const near = await silver(context, { texts, pairs: [] }, { strategy: "bm25", goldScores, count: Math.ceil(count / 2), lexical: lexicalNeighbours(texts, neighbours) });
  const far = await silver(context, { texts, pairs: near.pairs }, { strategy: "random", goldScores, count: Math.floor(count / 2), lexical: [] });
  return (await student(context, shared, joined(texts, [near, far]))).result;
}
