/** A configuration as people read it: slots, shapes, parameters, masks, ties, and what does not fit. */
import { RandomStream } from "../../engine/index.ts";
import type { Module } from "../../nn/index.ts";
import { checkConfig } from "./check.ts";
import type { AssembleConfig, StreamConfig } from "./config.ts";
import { costOfConfig } from "./cost.ts";
import type { AssembledCost } from "./cost.ts";
import { fieldNames } from "./field-names.ts";
import { Assembled, viewsOf } from "./model.ts";
import type { View } from "./model.ts";
import { SLOTS, streamOf } from "./part.ts";
import type { Problem, Slot } from "./part.ts";
import DECODERS from "./registry/decoder.ts";
import EMBEDDINGS from "./registry/embedding.ts";
import ENCODERS from "./registry/encoder.ts";
import OBJECTIVES from "./registry/objective.ts";
import { pictureProcessors } from "./picture-batches.ts";
import { SPEECH_PROCESSOR } from "./speech-batches.ts";
import PROCESSORS from "./registry/processor.ts";
import SUBENCODERS from "./registry/subencoder.ts";

export interface SlotRow {
  /** `embedding`, `stream_1.encoder`, `tgt_embedding` ... */
  readonly slot: string;
  /** Names of its parts. */
  readonly parts: string;
  /** Shapes of what it takes and gives. */
  readonly reads: string;
  readonly gives: string;
  /** Weights of its own; what is shared with an earlier slot counts there. Null when the model cannot be built. */
  readonly parameters: number | null;
}

export interface Explanation {
  readonly name: string | null;
  readonly slots: readonly SlotRow[];
  /** How each objective has the source read. */
  readonly views: readonly View[];
  /** Weights that stand in two places, in words. */
  readonly ties: readonly string[];
  readonly parameters: number | null;
  /** Bytes of the weights, and of training them with Adam in float32 (weights, gradients, two moments). */
  readonly bytes: { readonly weights: number; readonly training: number } | null;
  /** What one row of the longest kind costs; null when the model cannot be built or has no objective. */
  readonly cost: AssembledCost | null;
  /** Fields a batch must have. */
  readonly fields: readonly string[];
  /** Empty when the model can be built. */
  readonly problems: readonly Problem[];
}

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];

/** Explains a parsed configuration; nothing is allocated. */
export function explain(config: AssembleConfig): Explanation {
  const problems = checkConfig(config);
  const model = problems.length === 0 ? new Assembled(config, RandomStream.of(0)) : null;
  const own = countOnce();
  const count = (module: Module | null | undefined): number | null => (model === null ? null : module ? own(module) : 0);
  const dual = config.streams.length > 1;
  const slots = config.streams.flatMap((stream, i) => streamRows(stream, dual ? `stream_${i}.` : "", dual ? `_${i}` : "", model === null ? null : [count(model.streams[i]?.embedding) as number, count(model.streams[i]?.encoder) as number]));
  const { emb_size: emb, hidden_size: width } = streamOf(config);
  if (config.decoder !== null) {
    slots.push({ slot: "tgt_embedding", parts: (config.tgt_embedding ?? []).join(" + "), reads: "target [B, T]", gives: `[B, T, ${emb}]`, parameters: count(model?.targetEmbedding) });
    slots.push({ slot: "decoder", parts: config.decoder, reads: `[B, T, ${emb}], memory [B, L, ${width}]`, gives: `[B, T, ${width}]`, parameters: count(model?.decoder) });
  }
  for (const name of config.target) {
    const part = OBJECTIVES[name];
    const from = part?.ofDecoder === true && config.decoder !== null ? `[B, T, ${width}]` : config.streams.map((stream) => `[B, ${lengthOf(stream)}, ${stream.hidden_size}]`).join(", ");
    slots.push({ slot: "target", parts: name, reads: [from, ...(part?.reads(config) ?? [])].join(", "), gives: "loss []", parameters: count(model?.objectives[name]) });
  }
  const parameters = model?.parameterCount() ?? null;
  return {
    name: config.name ?? null,
    slots,
    views: problems.length === 0 ? viewsOf(config) : [],
    ties: problems.length === 0 ? tiesOf(config) : [],
    parameters,
    bytes: parameters === null ? null : { weights: 4 * parameters, training: 16 * parameters },
    cost: parameters === null || config.target.length === 0 ? null : costOfConfig(config, parameters),
    fields: problems.length === 0 ? fieldNames(config) : [],
    problems,
  };
}

/** Trainable weights of a module that no module before it had. */
function countOnce(): (module: Module) => number {
  const seen = new Set<unknown>();
  return (module) => {
    let total = 0;
    for (const parameter of module.parameters()) {
      if (!seen.has(parameter)) total += parameter.size;
      seen.add(parameter);
    }
    return total;
  };
}

const lengthOf = (config: StreamConfig): string => EMBEDDINGS[config.embedding[0] as string]?.length?.(config) ?? "L";

function streamRows(config: StreamConfig, prefix: string, suffix: string, counts: readonly number[] | null): SlotRow[] {
  const { embedding, subencoder, encoder, emb_size: emb, hidden_size: width } = config;
  const first = EMBEDDINGS[embedding[0] as string];
  const length = lengthOf(config);
  const inputs = unique([...(first?.tokens?.includes("words") ? ["tokens"] : []), ...embedding.flatMap((name) => EMBEDDINGS[name]?.reads ?? []), ...(subencoder === undefined ? [] : ["characters"])]);
  return [
    { slot: `${prefix}embedding`, parts: [...embedding, ...(subencoder === undefined ? [] : [`subencoder ${subencoder}`])].join(" + "), reads: inputs.map((name) => `${name}${suffix}`).join(", "), gives: `[B, ${length}, ${emb}]`, parameters: counts?.[0] ?? null },
    { slot: `${prefix}encoder`, parts: encoder, reads: `[B, ${length}, ${emb}]`, gives: `[B, ${length}, ${width}]`, parameters: counts?.[1] ?? null },
  ];
}

function tiesOf(config: AssembleConfig): string[] {
  return [
    ...(config.tie_weights && config.streams.length > 1 ? ["stream_1 is stream_0"] : []),
    ...(config.share_embedding ? ["tgt_embedding.word is embedding.word"] : []),
    ...config.target.flatMap((name) => {
      const table = OBJECTIVES[name]?.tied?.(config) ?? null;
      return table === null ? [] : [`the output map of ${name} is ${table}`];
    }),
  ];
}

export interface ListedPart {
  readonly slot: Slot;
  readonly name: string;
  readonly description: string;
}

/** Every part that can be named in a configuration, slot by slot. */
export function listParts(): ListedPart[] {
  const registries: Readonly<Record<Slot, Readonly<Record<string, { readonly name: string; readonly description: string } | undefined>>>> = { embedding: EMBEDDINGS, subencoder: SUBENCODERS, encoder: ENCODERS, decoder: DECODERS, objective: OBJECTIVES, processor: PROCESSORS };
  const ofTexts = SLOTS.flatMap((slot) => Object.values(registries[slot]).flatMap((part) => (part === undefined ? [] : [{ slot, name: part.name, description: part.description }])));
  return [...ofTexts, ...[...pictureProcessors(), SPEECH_PROCESSOR].map(({ name, description }) => ({ slot: "processor" as const, name, description }))];
}
