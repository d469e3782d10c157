/**
 * What a configuration costs, counted from the traced graph of one row before anything is allocated: FLOPs of the forward
 * pass and of forward and backward, and memory. Layers from the second on are alike, so of many layers two and three are
 * traced, and what the third adds is added for every further one; a long row is told by three short ones in the same way. Both
 * are exact.
 */
import { closeGraph, compile, costOf, grad, GraphRandom, keptBytes, keyFromSeed, RandomStream } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { PATCH_RATE } from "./code-batches.ts";
import type { AssembleConfig, StreamConfig } from "./config.ts";
import { Assembled } from "./model.ts";
import type { EmbeddingPart } from "./part.ts";
import { streamOf } from "./part.ts";
import { imageTokens } from "./parts/embedding/patch.ts";
import EMBEDDINGS from "./registry/embedding.ts";
import { sampleBatch } from "./sample-batch.ts";
import { CHARACTERS } from "./text-batches.ts";

export interface AssembledCost {
  /** Tokens of the row: what each stream reads, and what a decoder does. */
  readonly row: readonly { readonly of: string; readonly tokens: number }[];
  /** Of matrix products and convolutions, exact, a multiply-add being two; attention counts what is hidden by masks as well. */
  readonly flops: {
    readonly forward: number;
    /** Forward and backward. The update itself has no products. */
    readonly training: number;
    readonly forwardPerToken: number;
    readonly trainingPerToken: number;
  };
  /** Bytes, in float32. */
  readonly memory: {
    readonly weights: number;
    readonly gradients: number;
    /** Adam's two moments. */
    readonly optimizer: number;
    /** What the forward pass of one row keeps for its backward pass. */
    readonly activations: number;
    /** Of a training step on one row: weights and moments stand in two buffers here, gradients and activations in one. */
    readonly step: number;
  };
  /** How it was counted, in words. */
  readonly counted: string;
}

/** Share of words that mlm predicts, as in batches of texts. */
const MASK_RATE = 0.15;
/** Layers from which on a stack is not traced whole. */
const DEEP = 5;
const SHALLOW = 2;
/** Shortest row that stands for longer ones, and by how much those it is compared with are longer, about. Masks of shorter ones would be merged, those of longer ones are not. */
const SHORT = 80;
const STEP = 16;
/** Steps from which on a row is not traced at its full length. */
const LONG = 8;

/** What grows with layers and lengths. */
interface Counts {
  readonly forward: number;
  readonly training: number;
  readonly activations: number;
}

const counts = (of: (key: keyof Counts) => number): Counts => ({ forward: of("forward"), training: of("training"), activations: of("activations") });

/** A stack of like layers, and the configuration with another number of them. */
interface Stack {
  readonly name: string;
  readonly depth: number;
  with(config: AssembleConfig, depth: number): AssembleConfig;
}

/** Lengths of a row: words of each stream, words of a target, frames of speech. */
interface Lengths {
  readonly words: readonly number[];
  readonly target: number;
  readonly frames: number;
}

/** Of a configuration that can be built and has `parameters` weights. */
export function costOfConfig(config: AssembleConfig, parameters: number): AssembledCost {
  const lengths: Lengths = { words: config.streams.map(wordsOf), target: streamOf(config).max_seq_length, frames: framesOf(config) };
  const row = rowOf(config, lengths);
  const tokens = row.reduce((sum, part) => sum + part.tokens, 0);
  const deep = stacksOf(config).filter(({ depth }) => depth >= DEEP);
  const { forward, training, activations } = ofRow(config, deep, lengths);
  const weights = 4 * parameters;
  const optimizer = 2 * weights;
  return {
    row,
    flops: { forward, training, forwardPerToken: forward / tokens, trainingPerToken: training / tokens },
    memory: { weights, gradients: weights, optimizer, activations, step: 2 * (weights + optimizer) + weights + activations },
    counted: [...deep.map(({ name, depth }) => `${SHALLOW} and ${SHALLOW + 1} layers stand for the ${depth} of the ${name}`), ...(stepsOf(config, lengths) > 0 ? ["three short rows stand for the long one"] : [])].join("; ") || "all of it",
  };
}

/**
 * Products of dimensions, of which at most two are lengths, are quadratic in lengths that grow together: three short rows
 * tell the long one exactly, and spare masks and tables of positions in full length.
 */
function ofRow(config: AssembleConfig, deep: readonly Stack[], lengths: Lengths): Counts {
  const steps = stepsOf(config, lengths);
  if (steps === 0) return ofLayers(config, deep, lengths);
  const step = (length: number, unit = 1): number => unit * Math.floor((length / unit - SHORT) / steps);
  const shortened = (by: number): Lengths => ({
    words: lengths.words.map((length) => length - by * step(length)),
    target: lengths.target - by * step(lengths.target),
    frames: lengths.frames === 0 ? 0 : lengths.frames - by * step(lengths.frames, framesPerToken(config)),
  });
  const [a, b, c] = [steps, steps - 1, steps - 2].map((by) => ofLayers(config, deep, shortened(by))) as [Counts, Counts, Counts];
  return counts((key) => a[key] + steps * (b[key] - a[key]) + ((steps * (steps - 1)) / 2) * (c[key] - 2 * b[key] + a[key]));
}

/** How many steps the shortest length is from SHORT; 0 for rows that are traced as they are. */
function stepsOf(config: AssembleConfig, { words, target, frames }: Lengths): number {
  const { streams, decoder } = config;
  const used = [...words.filter((_, i) => kindOf(streams[i] as StreamConfig)?.includes("words")), ...(decoder === null ? [] : [target]), ...(frames === 0 ? [] : [frames / framesPerToken(config)])];
  const steps = Math.min(...used.map((length) => Math.floor((length - SHORT) / STEP)));
  return used.length > 0 && steps >= LONG ? steps : 0;
}

function ofLayers(config: AssembleConfig, deep: readonly Stack[], lengths: Lengths): Counts {
  const shallow = deep.reduce((reduced, stack) => stack.with(reduced, SHALLOW), config);
  const base = trace(shallow, lengths, hiddenOf(config));
  const further = deep.map((stack) => ({ more: stack.depth - SHALLOW, counts: trace(stack.with(shallow, SHALLOW + 1), lengths, hiddenOf(config)) }));
  return counts((key) => further.reduce((sum, { more, counts: deeper }) => sum + more * (deeper[key] - base[key]), base[key]));
}

function stacksOf(config: AssembleConfig): Stack[] {
  const { streams, decoder, decoder_layers_num: depth, tie_weights: tied } = config;
  const own = tied ? streams.slice(0, 1) : streams;
  const encoders = own.map(({ layers_num: layers }, i): Stack => ({
    name: streams.length > 1 ? (tied ? "streams" : `stream_${i}`) : "encoder",
    depth: layers,
    // a decoder that names no depth has the encoder's: it keeps that
    with: (changed, count) => ({ ...changed, decoder_layers_num: changed.decoder_layers_num ?? streamOf(config).layers_num, streams: changed.streams.map((stream, j) => (j === i || tied ? { ...stream, layers_num: count } : stream)) }),
  }));
  const decoders: Stack[] = decoder === null ? [] : [{ name: "decoder", depth: depth ?? streamOf(config).layers_num, with: (changed, count) => ({ ...changed, decoder_layers_num: count }) }];
  return [...encoders, ...decoders];
}

/** Counts of a row of a model as it is: forward and backward in one graph, of which what leads to the loss is the forward pass. */
function trace(config: AssembleConfig, { words, target, frames }: Lengths, hidden: number): Counts {
  const model = new Assembled(config, RandomStream.of(0));
  const batch: Readonly<Record<string, HostArray>> = sampleBatch(config, { random: RandomStream.of(0), batch: 1, length: words, targetLength: target, frames, hidden, characters: CHARACTERS });
  const weights = [...model.parameters()].filter(({ trainable }) => trainable);
  const random = new GraphRandom(keyFromSeed(0));
  const step = compile((fields: Readonly<Record<string, Tensor>>) => {
    const { loss } = model.forward(fields, { train: true, random });
    return [loss, ...grad(loss, weights, { unused: "zero" })];
  }, { name: "a row of training" }).graph(batch);
  const [loss] = step.outputs as [Tensor, ...Tensor[]];
  return { forward: costOf(closeGraph(step.inputs, [loss])).flops.products, training: costOf(step).flops.products, activations: keptBytes(step, loss) };
}

const kindOf = ({ embedding }: StreamConfig): EmbeddingPart["tokens"] => EMBEDDINGS[embedding[0] as string]?.tokens ?? null;

/** Words of the longest row of a stream. */
function wordsOf(stream: StreamConfig): number {
  return kindOf(stream) === "words and patches" ? Math.max(1, stream.max_seq_length - imageTokens(stream)) : stream.max_seq_length;
}

/** Frames of speech that become one token. */
const framesPerToken = ({ streams }: AssembleConfig): number => 2 ** Math.max(...streams.map(({ conv_channels: channels }) => channels.length));

function framesOf({ streams, elsewhere: { max_audio_frames: most } }: AssembleConfig): number {
  const speech = streams.find((stream) => kindOf(stream) === "frames");
  if (speech === undefined) return 0;
  const longest = speech.max_seq_length * 2 ** speech.conv_channels.length;
  return typeof most === "number" && most > 4 && most < longest ? Math.floor(most) : longest;
}

function hiddenOf(config: AssembleConfig): number {
  const stream = streamOf(config);
  return kindOf(stream) === "patches" ? Math.round(PATCH_RATE * (imageTokens(stream) - 1)) : Math.max(1, Math.round(MASK_RATE * (wordsOf(stream) - 2)));
}

function rowOf(config: AssembleConfig, lengths: Lengths): AssembledCost["row"] {
  const { streams, decoder } = config;
  const read = streams.map((stream, i) => ({ of: streams.length > 1 ? `stream_${i}` : decoder === null ? "row" : "source", tokens: tokensOf(stream, lengths.frames) }));
  return decoder === null ? read : [...read, { of: "target", tokens: lengths.target }];
}

function tokensOf(stream: StreamConfig, frames: number): number {
  switch (kindOf(stream)) {
    case "patches":
      return imageTokens(stream);
    case "words and patches":
      return wordsOf(stream) + imageTokens(stream);
    case "frames":
      return stream.conv_channels.reduce((left) => Math.ceil(left / 2), frames);
    case "words":
    case null:
      return wordsOf(stream);
  }
}
