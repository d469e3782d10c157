/**
 * The foundation `clip-emoji`: a CLIP trained on emoji drawings with their names and keywords, training folds only. Its
 * vision transformer is 96 wide and 4 deep, the common space has 64 dimensions.
 */
import { RandomStream } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { cropAndFlip, EVALUATE, fromBytes } from "../../nn/index.ts";
import { infoNce } from "../../objectives/index.ts";
import { AdamW, decodeSafetensors, encodeSafetensors, metrics, schedules, Trainer } from "../../train/index.ts";
import { cropBatch, emojiArt, emojiText, indicesOfSplit, shuffledBatches, textsOfCodes } from "../../data/index.ts";
import type { BatchStream, CropBatch, CropOptions, EmojiSet, EmojiText, SourceCard, Split } from "../../data/index.ts";
import { featuresOf } from "../emoji.ts";
import type { BuiltFoundation, Foundation, FoundationContext, GateResult } from "../foundation.ts";
import { buildClip } from "./clip-model.ts";
import type { ClipSizes, EmojiClip } from "./clip-model.ts";
import { WordVocabulary } from "./word-vocabulary.ts";
import { classVectors, similarities, subgroupDescriptions, textVectors, zeroShotAccuracy } from "./zero-shot.ts";

export const clipEmojiSettings = {
  image: 64,
  patch: 8,
  joint: 64,
  vision: { width: 96, depth: 4, heads: 3 },
  text: { width: 96, depth: 2, heads: 3, length: 32 },
  /** Drawings of the other styles stay unseen, for tests across styles. */
  style: "google",
  /** Concepts a word must occur with to be a token of its own. */
  wordMinimum: 2,
  steps: 800,
  batch: 64,
  learningRate: 1e-3,
  warmup: 50,
  weightDecay: 0.1,
  seed: 1,
};
export type ClipEmojiSettings = typeof clipEmojiSettings;

/** No flips: names tell left from right. */
const CROP: CropOptions = { crop: { kind: "randomResizedCrop", scale: [0.5, 1] }, flip: 0 };

/** Pictures with the text of each. */
export interface EmojiPairs {
  readonly set: EmojiSet;
  readonly texts: readonly EmojiText[];
}

export interface TrainedClip extends EmojiClip {
  readonly vocabulary: WordVocabulary;
  readonly length: number;
}

/** `words` int32 [B, T]. */
type PairBatch = CropBatch & { readonly words: HostArray };

/** A name alone, or with up to four of its keywords. */
export function captionOf({ name, keywords }: EmojiText, random: RandomStream): string {
  if (random.bernoulli(0.5)) return name;
  return [name, ...random.shuffle([...keywords]).slice(0, 4)].join(" ");
}

/** Trains a CLIP on some pictures. */
export async function trainClip({ set, texts }: EmojiPairs, indices: Int32Array, settings: ClipEmojiSettings, { device, signal, report }: Pick<FoundationContext, "device" | "signal" | "report">): Promise<TrainedClip> {
  const { seed, steps, batch, learningRate, weightDecay, warmup, wordMinimum, text } = settings;
  const known = [...indices].map((index) => ({ text: wordsFor(texts[index] as EmojiText), key: set.keys[index] as string }));
  const vocabulary = WordVocabulary.of(known, wordMinimum);
  const { model, vision } = buildClip(RandomStream.of(seed, "clip"), settings, vocabulary.size);
  const data: BatchStream<PairBatch> = shuffledBatches({ indices, batchSize: batch, seed }, (plan) => ({
    ...cropBatch(set, plan, seed, CROP),
    words: vocabulary.encodeAll([...plan.indices].map((index) => captionOf(texts[index] as EmojiText, RandomStream.of(seed, "captions", plan.epoch, index))), text.length),
  }));
  const trainer = new Trainer<PairBatch>({
    model,
    data,
    steps,
    device,
    signal,
    optimizer: new AdamW(model, { learningRate, weightDecay, schedule: schedules.cosine({ warmup, steps }) }),
    loss: ({ pixels, boxes, flips, words }, mode) => {
      const { query, passage, scale } = model.forward({ query: cropAndFlip(fromBytes(pixels), boxes, flips), passage: words }, mode);
      return { ...infoNce(query, passage, { scale }) };
    },
    onEvent: (event) => {
      if (event.type === "step") report(event.step, steps, { loss: event.loss });
    },
  });
  try {
    const { reason, message } = await trainer.run();
    signal.throwIfAborted();
    if (reason !== "finished") throw new Error(`clip-emoji: ${message ?? reason}`);
  } finally {
    await trainer.release();
    await data.close();
  }
  return { model, vision, vocabulary, length: text.length };
}

/** Name and keywords as one text. */
const wordsFor = ({ name, keywords }: EmojiText): string => [name, ...keywords].join(" ");

/** Loads pictures and texts. */
export async function loadEmojiPairs(signal: AbortSignal): Promise<EmojiPairs> {
  const set = await emojiArt.load({ signal });
  return { set, texts: textsOfCodes(await emojiText.load({ signal }), set.codes) };
}

/** Pictures of a split in the style the foundation is made of. */
function pictures(set: EmojiSet, split: Split): Int32Array {
  const wanted = set.styleNames.indexOf(clipEmojiSettings.style);
  return indicesOfSplit(set.folds, split).filter((index) => set.styles[index] === wanted);
}

export interface ClipQuality {
  /** Share of held-out pictures whose own name is nearest in a gallery of names. */
  readonly names: number;
  readonly gallery: number;
  /** Share of held-out pictures whose subgroup is recognised. */
  readonly subgroups: number;
  readonly classes: number;
}

/** Names are sought among `gallery` pictures of `heldOut` at most, one of each concept first. */
export async function clipQuality(clip: TrainedClip, { set, texts }: EmojiPairs, train: Int32Array, heldOut: Int32Array, device?: FoundationContext["device"], gallery = 200): Promise<ClipQuality> {
  const encode = (images: Tensor): Tensor => clip.model.encodeQuery(images, EVALUATE);
  const chosen = oneOfEachConceptFirst(set, heldOut).slice(0, gallery);
  const scores = similarities(await featuresOf(encode, set, chosen, device), await textVectors(clip, [...chosen].map((index) => (texts[index] as EmojiText).name), device));
  const classes = await classVectors(clip, subgroupDescriptions(set, texts, train), device);
  const shown = await featuresOf(encode, set, heldOut, device);
  return {
    names: metrics.retrieval(metrics.diagonalTask(scores, chosen.length)).recallAt[1] as number,
    gallery: chosen.length,
    subgroups: zeroShotAccuracy(shown, classes, heldOut.map((index) => set.subgroups[index] as number)),
    classes: set.subgroupNames.length,
  };
}

function oneOfEachConceptFirst({ keys }: EmojiSet, indices: Int32Array): Int32Array {
  const seen = new Set<string>();
  const [first, rest]: [number[], number[]] = [[], []];
  for (const index of indices) {
    const key = keys[index] as string;
    (seen.has(key) ? rest : first).push(index);
    seen.add(key);
  }
  return Int32Array.from([...first, ...rest]);
}

const FILES = { weights: "clip.safetensors", vocabulary: "vocabulary.json" } as const;

/** The trained model from the files of the foundation. */
export function clipEmojiOf({ files }: Pick<BuiltFoundation, "files">): TrainedClip {
  const read = (name: string): Uint8Array<ArrayBuffer> => {
    const bytes = files.get(name);
    if (bytes === undefined) throw new Error(`clip-emoji: file ${name} is missing; it holds ${[...files.keys()].join(", ") || "none"}`);
    return new Uint8Array(bytes);
  };
  const vocabulary = new WordVocabulary(JSON.parse(new TextDecoder().decode(read(FILES.vocabulary))) as string[]);
  const clip = buildClip(RandomStream.of(clipEmojiSettings.seed, "clip"), clipEmojiSettings satisfies ClipSizes, vocabulary.size);
  clip.model.loadStateDict(decodeSafetensors(read(FILES.weights)).tensors);
  return { ...clip, vocabulary, length: clipEmojiSettings.text.length };
}

const contentOf = ({ version, packages }: SourceCard): { readonly version: number; readonly packages: readonly string[] } => ({ version, packages: packages.map(({ integrity }) => integrity) });

export const clipEmoji: Foundation = {
  id: "clip-emoji",
  version: 1,
  description: "CLIP on emoji: drawings of the training folds with their names and keywords, vision 96 x 4, text 96 x 2, common space 64",
  minutes: 5,
  inputs: { settings: clipEmojiSettings, pictures: contentOf(emojiArt.card), texts: contentOf(emojiText.card) },

  async build(context) {
    const pairs = await loadEmojiPairs(context.signal);
    const { model, vocabulary } = await trainClip(pairs, pictures(pairs.set, "train"), clipEmojiSettings, context);
    return { [FILES.weights]: encodeSafetensors(model.stateDict()), [FILES.vocabulary]: new TextEncoder().encode(JSON.stringify(vocabulary.words)) };
  },

  gate: {
    description: "held-out names: own name first among 200 for 5% of pictures, 10 times chance; subgroups: 5 times chance",
    async check(files, { signal, device }): Promise<GateResult> {
      const pairs = await loadEmojiPairs(signal);
      const quality = await clipQuality(clipEmojiOf({ files }), pairs, pictures(pairs.set, "train"), pictures(pairs.set, "dev"), device);
      const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
      return {
        holds: quality.names >= 10 / quality.gallery && quality.subgroups >= 5 / quality.classes,
        measured: `own name first among ${quality.gallery} for ${percent(quality.names)} of dev pictures, subgroup among ${quality.classes} right for ${percent(quality.subgroups)}`,
      };
    },
  },
};
