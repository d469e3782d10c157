/**
 * The foundations `bert-en`, `bert-en@s` and `bert-en@l`: masked language models of English that most text systems start
 * from. A row is two segments of one document; half of the masked words also stand in the other segment, so that the encoder
 * learns to look across, which a cross-encoder of this size needs. Every fifth batch is of scenes told twice, in which a masked
 * colour or size can only be found by binding it to its object: on documents alone this was not learned in 1,500 steps. Beside
 * masked words each visible word is asked whether the other segment has it too.
 */
import { RandomStream } from "../../engine/index.ts";
import { Module } from "../../nn/index.ts";
import { maskedLm } from "../../objectives/index.ts";
import { AdamW, decodeSafetensors, schedules } from "../../train/index.ts";
import { books, brown, bucketedBatches, bucketsOf, debDescriptions, drawSegmentPair, inTurns, loadEnglish, sharedMaskedBatch, shuffledBatches, SubwordTokenizer, wordnet } from "../../data/index.ts";
import type { BatchStream, Encoding, SharedMaskedBatch, Split, Tokenizer } from "../../data/index.ts";
import type { BuiltFoundation, Foundation, FoundationContext, GateResult } from "../foundation.ts";
import { packPassages, paragraphsOf } from "../text/packed-texts.ts";
import type { Passages } from "../text/packed-texts.ts";
import { bindCard, bindItem, bindItems } from "../text/fixtures/bind.ts";
import { loadDescNext } from "../text/fixtures/desc-pairs.ts";
import { tokEn, tokenizerOf } from "../text/tok-en.ts";
import { Bert, encodeRows } from "./bert-model.ts";
import type { BertSizes } from "./bert-model.ts";
import { BIND_MARGIN, choiceMargin, NEXT_MARGIN } from "./choice-margin.ts";
import type { ChoiceMargin } from "./choice-margin.ts";
import { maskedQuality } from "./masked-quality.ts";
import type { MaskedQuality } from "./masked-quality.ts";
import { SharedWords } from "./shared-words.ts";
import { contentOf, fileOf, jsonFile, readJsonFile, weightsFile, trainFoundation } from "./train-foundation.ts";

export const bertEnSettings = {
  positions: 128,
  /** Rows are padded to one of these; a batch holds 2,048 tokens. */
  lengths: [32, 64, 128],
  tokens: 2048,
  /** Documents are cut into passages of at least so many tokens. */
  passage: 128,
  maskRate: 0.15,
  /** Share of the masked words that the other segment has too. */
  shared: 0.5,
  /** One batch in so many is of scenes. */
  scenes: { every: 5, count: 20_000, length: 64 },
  steps: 4000,
  learningRate: 1e-3,
  warmup: 150,
  weightDecay: 0.01,
  betas: [0.9, 0.98],
  clip: 1,
  /** How the weights start; see `bertEncoder`. */
  start: "mimetic",
  /** Weight of the question which words the other segment has too. */
  sharedWeight: 1,
  seed: 1,
} as const;

export const BERT_SIZES = {
  "bert-en": { width: 128, depth: 4, heads: 4 },
  "bert-en@s": { width: 64, depth: 2, heads: 2 },
  "bert-en@l": { width: 192, depth: 4, heads: 6 },
} as const;
export type BertName = keyof typeof BERT_SIZES;

/** A trained BERT with its tokenizer. */
export interface TrainedBert {
  readonly model: Bert;
  readonly sizes: BertSizes;
  readonly tokenizer: SubwordTokenizer;
}

/** Endless rows of two segments of one passage. Row and mask depend on (seed, epoch, passage) alone. */
export function segmentBatches(passages: Passages, tokenizer: Tokenizer, seed: number): BatchStream<SharedMaskedBatch> {
  const { lengths, tokens, maskRate, shared } = bertEnSettings;
  const special = tokenizer.assemble(new Int32Array(0), new Int32Array(0)).ids.length;
  const indices = Int32Array.from(passages.lengths.keys()).filter((passage) => (passages.lengths[passage] as number) >= 2);
  return bucketedBatches({ indices, lengths: passages.lengths.map((length) => length + special), buckets: bucketsOf(lengths, tokens), seed }, ({ indices: members, length, epoch }) => {
    const rows = Array.from(members, (passage) => {
      const { a, b } = drawSegmentPair(RandomStream.of(seed, "segments", epoch, passage), [paragraphsOf(passages, passage)], 0, { room: length - special });
      return tokenizer.assemble(a, b, length);
    });
    return sharedMaskedBatch(RandomStream.of(seed, "masks", epoch, length, members[0] as number), rows, length, tokenizer, { count: Math.ceil(maskRate * length), rate: maskRate, shared });
  });
}

/** Rows of two sentences that tell one scene, from `bind`'s grammar: scenes of its training split beyond those the fixture takes. */
export function sceneBatches(tokenizer: Tokenizer, seed: number): BatchStream<SharedMaskedBatch> {
  const { tokens, maskRate, shared, scenes } = bertEnSettings;
  const rows = Array.from({ length: scenes.count }, (_, i) => {
    const { context, candidates, answer } = bindItem("train", (bindCard.sizes["train"] as number) + i);
    const told = [context, candidates[answer] as string].map((text) => tokenizer.encode(text)) as [Int32Array, Int32Array];
    return i % 2 === 0 ? tokenizer.assemble(told[0], told[1], scenes.length) : tokenizer.assemble(told[1], told[0], scenes.length);
  });
  return shuffledBatches({ indices: Int32Array.from(rows.keys()), batchSize: tokens / scenes.length, seed }, ({ indices, epoch }) =>
    sharedMaskedBatch(RandomStream.of(seed, "scene masks", epoch, indices[0] as number), Array.from(indices, (i) => rows[i] as Encoding), scenes.length, tokenizer, { count: Math.ceil(maskRate * scenes.length), rate: maskRate, shared }));
}

/** What is trained: the model, and the head that is thrown away. */
class Both extends Module {
  readonly model: Bert;
  readonly shared: SharedWords;

  constructor(model: Bert, shared: SharedWords) {
    super();
    this.model = model;
    this.shared = shared;
  }
}

/** Trains `model` in place. */
export async function trainBert(foundation: Foundation, context: FoundationContext, model: Bert, passages: Passages, tokenizer: Tokenizer): Promise<void> {
  const { steps, learningRate, warmup, weightDecay, betas, clip, sharedWeight, seed } = bertEnSettings;
  const lastSpecial = Math.max(...Object.values(tokenizer.special).filter((id) => id !== undefined));
  const both = new Both(model, new SharedWords({ random: RandomStream.of(seed, "shared words"), width: model.encoder.embedding.word.weight.dim(1), lastSpecial }));
  const optimizer = new AdamW(both, { learningRate, weightDecay, betas, schedule: schedules.linear({ warmup, steps }) });
  await trainFoundation(foundation, context, {
    model: both,
    optimizer,
    steps,
    clip,
    data: inTurns([{ stream: segmentBatches(passages, tokenizer, seed), batches: bertEnSettings.scenes.every - 1 }, { stream: sceneBatches(tokenizer, seed), batches: 1 }]),
    loss: ({ places, labels, weights, ids, segments, valid }, mode) => {
      const states = encodeRows(model.encoder, { ids, segments, valid }, mode).output;
      const masked = maskedLm(model.head, states, { ids: places, labels }, { weights });
      const shared = both.shared.loss(states, { ids, segments, valid });
      return { loss: masked.loss.add(shared.loss.mul(sharedWeight)), masked: masked.loss, shared: shared.loss };
    },
  });
}

const FILES = { tokenizer: "tokenizer.json", config: "config.json", quality: "quality.json" } as const;

/** The trained model from the files of the foundation. `dropout` holds in training mode only. */
export function bertOf(built: Pick<BuiltFoundation, "id" | "files">, { dropout = 0 }: { readonly dropout?: number } = {}): TrainedBert {
  const tokenizer = new SubwordTokenizer(readJsonFile(built, FILES.tokenizer));
  const sizes = readJsonFile<BertSizes>(built, FILES.config);
  const model = new Bert({ random: RandomStream.of(bertEnSettings.seed, "bert-en"), vocabulary: tokenizer.vocabularySize, dropout, ...sizes });
  model.loadStateDict(decodeSafetensors(fileOf(built, "model.safetensors")).tensors);
  return { model, sizes, tokenizer };
}

/** How well a built one restores words of the dev split. */
export const qualityOf = (built: Pick<BuiltFoundation, "id" | "files">): MaskedQuality => readJsonFile(built, FILES.quality);

const DEV_BATCHES = 60;

const loadPassages = async (split: Split, tokenizer: Tokenizer, signal: AbortSignal): Promise<Passages> => packPassages((await loadEnglish(split, { signal })).documents, tokenizer, bertEnSettings.passage);

/** How often each token occurs. */
function countsOf({ paragraphs: { ids } }: Passages, vocabulary: number): Float64Array {
  const counts = new Float64Array(vocabulary);
  for (const id of ids) counts[id] = (counts[id] as number) + 1;
  return counts;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

const describeQuality = ({ loss, unigram, shared, rest }: MaskedQuality): string =>
  `masked words of dev text: ${loss.toFixed(2)} nats against ${unigram.toFixed(2)} by frequency; restored ${percent(shared)} of those in the other segment too, ${percent(rest)} of the rest`;

function bertFoundation(id: BertName, minutes: number, extra: Pick<Foundation, "needs"> & { readonly description: string; readonly check: (built: Pick<BuiltFoundation, "id" | "files">, context: FoundationContext) => Promise<GateResult> }): Foundation {
  const sizes: BertSizes = { ...BERT_SIZES[id], positions: bertEnSettings.positions };
  const foundation: Foundation = {
    id,
    version: 1,
    description: `masked language model of English, ${sizes.depth} layers of width ${sizes.width}, two segments of one document or two tellings of one scene in a row`,
    minutes,
    inputs: { settings: { ...bertEnSettings }, sizes: { ...sizes }, data: [debDescriptions, books, brown, wordnet].map(({ card }) => contentOf(card)), scenes: [...bindCard.sources, `${bindCard.id}, version ${bindCard.version}`] },
    needs: [tokEn, ...(extra.needs ?? [])],

    async build(context) {
      const tokenizer = tokenizerOf(context.foundation(tokEn));
      const passages = await loadPassages("train", tokenizer, context.signal);
      const model = new Bert({ random: RandomStream.of(bertEnSettings.seed, "bert-en"), vocabulary: tokenizer.vocabularySize, ...sizes });
      await trainBert(foundation, context, model, passages, tokenizer);
      const dev = segmentBatches(await loadPassages("dev", tokenizer, context.signal), tokenizer, 0);
      const quality = await maskedQuality(model, dev, DEV_BATCHES, countsOf(passages, tokenizer.vocabularySize), context.device);
      return { ...weightsFile(model), [FILES.tokenizer]: fileOf(context.foundation(tokEn), FILES.tokenizer), [FILES.config]: jsonFile({ ...sizes }), [FILES.quality]: jsonFile({ ...quality }) };
    },

    gate: { description: extra.description, check: (files, context) => extra.check({ id, files }, context) },
  };
  return foundation;
}

/** Nats below word frequencies, how much better words that the other segment has must be restored, and by how much a cross-encoder must beat a bi-encoder on `bind`. */
const GATE = { nats: 2, copied: 2, bind: 0.03 };

export const bertEn: Foundation = bertFoundation("bert-en", 10, {
  description: `masked words of dev text at least ${GATE.nats} nats below their frequencies' entropy; those in the other segment too restored ${GATE.copied} times as often as the rest; on bind a cross-encoder beats a bi-encoder of the same training by ${100 * GATE.bind} points`,
  check: async (built, context) => {
    const quality = qualityOf(built);
    const read = (): TrainedBert => bertOf(built);
    const bind = await choiceMargin(read, { train: bindItems("train"), dev: bindItems("dev") }, BIND_MARGIN, context);
    // Decides nothing; says whether systems on real text have a teacher.
    const next = await choiceMargin(read, await loadDescNext({ signal: context.signal, message: () => undefined }), NEXT_MARGIN, context);
    const describe = (name: string, { cross, bi }: ChoiceMargin): string => `${name}: cross-encoder ${percent(cross)}, bi-encoder ${percent(bi)}`;
    return {
      holds: quality.loss <= quality.unigram - GATE.nats && quality.shared >= GATE.copied * quality.rest && bind.cross - bind.bi >= GATE.bind,
      measured: [describeQuality(quality), describe("bind", bind), describe("desc/next", next)].join("; "),
    };
  },
});

function sizedBert(id: "bert-en@s" | "bert-en@l", minutes: number, better: "base" | "this"): Foundation {
  return bertFoundation(id, minutes, {
    needs: [bertEn],
    description: `masked words of dev text ${better === "this" ? "better" : "worse"} restored than by bert-en`,
    check: async (built, context) => {
      const [own, base] = [qualityOf(built), qualityOf(context.foundation(bertEn))];
      return { holds: better === "this" ? own.loss < base.loss : own.loss > base.loss, measured: `${describeQuality(own)}; bert-en ${base.loss.toFixed(2)} nats` };
    },
  });
}

/** Half of the width and of the layers. */
export const bertEnS: Foundation = sizedBert("bert-en@s", 4, "base");

/** One and a half times the width. */
export const bertEnL: Foundation = sizedBert("bert-en@l", 14, "this");
