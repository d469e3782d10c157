/** The arms of the xMEN experiment: generators over the dictionary of each language, their ensemble, and rerankers of what it finds. */
import { hostArray } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { SearchHit } from "../../data/search/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import type { ArmContext, ArmResult, PrepareContext, Table } from "../../lab/index.ts";
import { readJson, writeJson } from "../../lab/store.ts";
import { againstArm, bertEn, bertOf, biEncoderOf, crossEncoderOf, describeDifference, encodeTexts, fineTuneBiEncoder, fineTuneOnCandidates, keepItems, loadKbNames, mapRows, scoreRows, TARGET_LANGUAGES, textRows } from "../../lab/text/index.ts";
import type { TargetLanguage } from "../../lab/text/index.ts";
import { DenseGenerator, ensemble, NgramGenerator } from "./xmen-candidates.ts";
import type { Alias, CandidateGenerator } from "./xmen-candidates.ts";
import { dictionariesOf, englishItems, findAll, recallAt, scoreLinks, synonymBatches, synonymLoss, synonymsOf, targetItems } from "./xmen-lab.ts";
import type { Dictionaries, LinkItem, Synonyms } from "./xmen-lab.ts";
import { candidateList, LinkRows, listBatches, listRows, rerankerLoss } from "./xmen-reranker.ts";
import type { CandidateList, ListedMention } from "./xmen-reranker.ts";

export const settings = {
  /** Candidates of a generator, and of the ensemble. */
  depth: 64,
  /** Places of a reranker's list, "none of them" included. */
  candidates: 64,
  /** Mentions that are tested. */
  test: 500,
  dense: { steps: 150, batch: 64, length: 24, learningRate: 5e-4 },
  reranker: { steps: 200, batch: 2, learningRate: 5e-4, lengths: { mention: 32, candidate: 32 } },
};
export type Settings = typeof settings;

/** Mentions that are looked for: tested, for choosing a weight, English for training, labelled in the target languages. */
const SETS = ["test", "dev", "english", "labelled"] as const;
type Sets<T> = Readonly<Record<(typeof SETS)[number], T>>;
type Found = Sets<readonly (readonly SearchHit[])[]>;

export interface Shared {
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

export async function prepare({ settings: { depth, test }, random, foundation, ...context }: PrepareContext<Settings>): Promise<Shared> {
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

export const untrained = { parameters: 0, flopsPerStep: 0, steps: 0, seconds: 0 } as const;

/** Answers by language: how many of the tested mentions are right. */
function byLanguage(items: readonly LinkItem[], byItem: readonly number[]): Table {
  const share = (of: (item: LinkItem) => boolean): string => {
    const own = items.flatMap((item, i) => (of(item) ? [byItem[i] as number] : []));
    return own.length === 0 ? "-" : `${((100 * own.reduce((sum, value) => sum + value, 0)) / own.length).toFixed(1)}%`;
  };
  return { caption: "right answers", columns: ["language", "known", "unknown"], rows: TARGET_LANGUAGES.map((language) => [language, share((item) => item.language === language && item.gold !== null), share((item) => item.language === language && item.gold === null)]) };
}

/** What candidates alone give: the first is the answer, nothing is ever "none of them". */
export async function judgeCandidates(context: ArmContext<Settings>, { items: { test } }: Shared, hits: readonly (readonly SearchHit[])[]): Promise<Pick<ArmResult, "metrics" | "tables">> {
  const { accuracy, f1, byItem } = scoreLinks(test, hits.map(([first]) => (first === undefined ? null : String(first.id))));
  await keepItems(context, "right", byItem);
  return { metrics: { recall1: recallAt(test, hits, 1), recall64: recallAt(test, hits, context.settings.depth), accuracy, f1 }, tables: [byLanguage(test, byItem)] };
}

const HITS = "hits.json";

/** Brings synonyms together, then finds candidates by vectors; what was found is kept for the arms after it. */
export async function dense(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
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

export async function ensembled(context: ArmContext<Settings>, shared: Shared): Promise<ArmResult> {
  const { test, weight } = await ensembleOf(context, shared);
  return { ...untrained, ...(await judgeCandidates(context, shared, test)), notes: [`weight of the dense generator, chosen on dev mentions by recall@1 and at full depth: ${weight}`] };
}

/** Mentions as the reranker reads them. */
const listed = (items: readonly LinkItem[], lists: readonly CandidateList[], dictionaries: Dictionaries): ListedMention[] =>
  items.map(({ mention: { left, text, right }, language, hiddenIn }, i) => ({ left, text, right, list: lists[i] as CandidateList, concepts: dictionaries[language].concepts, ...(hiddenIn === undefined ? {} : { hiddenIn }) }));

/** Trains a reranker on English mentions, or on these and as many labelled ones, and answers with it. */
export async function rerank(context: ArmContext<Settings>, shared: Shared, { lambda, labelled = false }: { readonly lambda: number; readonly labelled?: boolean }): Promise<ArmResult> {
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
