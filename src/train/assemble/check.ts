/** Which slots do not fit together, found before anything is built: each with the fields that clash and what to change. */
import { suggestion } from "../suggestion.ts";
import type { AssembleConfig, MaskName, StreamConfig } from "./config.ts";
import { streamOf } from "./part.ts";
import type { EmbeddingPart, EncoderPart, ObjectivePart, Problem, Sight } from "./part.ts";
import DECODERS from "./registry/decoder.ts";
import EMBEDDINGS from "./registry/embedding.ts";
import ENCODERS from "./registry/encoder.ts";
import OBJECTIVES from "./registry/objective.ts";
import PROCESSORS from "./registry/processor.ts";
import SUBENCODERS from "./registry/subencoder.ts";

function unknown(field: string, name: string, registry: Readonly<Record<string, unknown>>): Problem[] {
  if (name in registry) return [];
  const choices = Object.keys(registry);
  return [{ fields: [field], message: `there is no "${name}"${suggestion(name, choices)}`, fix: `choose from ${choices.join(", ")}` }];
}

/**
 * The mask of each objective: the configuration's for all, or the one the objective chooses. A stream of a dual model that
 * names a mask keeps its own.
 */
export function masksOf(config: AssembleConfig): { readonly objective: string; readonly mask: MaskName; readonly chosenBy: "config" | "objective" }[] {
  const given = config.streams.length === 1 ? streamOf(config).mask : undefined;
  return config.target.map((objective) => ({ objective, mask: given ?? (OBJECTIVES[objective] as ObjectivePart).mask(config), chosenBy: given === undefined ? "objective" : "config" }));
}

/** What states have seen, per stream, under an objective's mask. */
export const sightsOf = (config: AssembleConfig, mask: MaskName): Sight[] => config.streams.map((stream) => (ENCODERS[stream.encoder] as EncoderPart).sees(stream, stream.mask ?? mask));

function checkEmbedding(field: string, names: readonly string[], config: StreamConfig): Problem[] {
  const known = names.flatMap((name) => unknown(field, name, EMBEDDINGS));
  if (known.length > 0) return known;
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) return [{ fields: [field], message: `"${repeated}" stands twice`, fix: "name each embedding once" }];
  const parts = names.map((name) => EMBEDDINGS[name] as EmbeddingPart);
  const makers = parts.filter(({ tokens }) => tokens !== null).map(({ name }) => name);
  if (parts[0]?.tokens === null) return [{ fields: [field], message: `"${names[0] ?? ""}" is added to tokens and makes none`, fix: `put ${makers[0] === undefined ? "word, patch or speech" : `"${makers[0]}"`} first` }];
  if (makers.length > 1) return [{ fields: [field], message: `${makers.map((name) => `"${name}"`).join(" and ")} each make tokens of their own length and cannot be summed`, fix: makers.includes("word") && makers.includes("patch") ? 'use "word_patch", which puts them one after the other' : "keep one of them" }];
  return parts.flatMap((part) => part.check?.({ ...config, embedding: names }) ?? []);
}

function checkStream(config: StreamConfig, prefix: string): Problem[] {
  const problems = [
    ...checkEmbedding(`${prefix}embedding`, config.embedding, config),
    ...(config.subencoder === undefined ? [] : unknown(`${prefix}subencoder`, config.subencoder, SUBENCODERS)),
    ...(config.subencoder !== undefined && !config.embedding.some((name) => name === "word" || name === "word_patch") ? [{ fields: [`${prefix}subencoder`, `${prefix}embedding`], message: "characters are added to words, there are none", fix: 'use the embedding "word", or leave subencoder out' }] : []),
    ...unknown(`${prefix}encoder`, config.encoder, ENCODERS),
  ];
  const encoder = ENCODERS[config.encoder];
  if (encoder === undefined) return problems;
  if (!encoder.masked && config.mask !== undefined) {
    const sight = encoder.sees(config, config.mask);
    const meant = { fully_visible: ["all", "sides"], causal: ["past"], causal_with_prefix: ["prefix"] }[config.mask];
    if (!meant.includes(sight)) problems.push({ fields: [`${prefix}mask`, `${prefix}encoder`], message: `${config.encoder} obeys no mask, and "${config.mask}" is not what it sees`, fix: "leave mask out, or use the encoder transformer" });
  }
  return [...problems, ...(encoder.check?.(config) ?? []).map((problem) => ({ ...problem, fields: problem.fields.map((field) => `${prefix}${field}`) }))];
}

function checkDecoder(config: AssembleConfig): Problem[] {
  const { decoder, tgt_embedding: target, target: objectives } = config;
  if (decoder === null) {
    return [
      ...(target === null ? [] : [{ fields: ["tgt_embedding", "decoder"], message: "nothing reads the target embedding", fix: 'add "decoder": "transformer", or leave tgt_embedding out' }]),
      ...(config.share_embedding ? [{ fields: ["share_embedding", "decoder"], message: "there is no target embedding to share with", fix: "leave share_embedding out, or add a decoder" }] : []),
    ];
  }
  const stream = streamOf(config);
  const wordless = config.share_embedding && !stream.embedding.includes("word");
  return [
    ...unknown("decoder", decoder, DECODERS),
    ...(config.streams.length > 1 ? [{ fields: ["decoder", "encoder"], message: "a decoder reads one stream, dual models have two", fix: "leave decoder out, or use one stream" }] : []),
    ...(target === null ? [{ fields: ["decoder", "tgt_embedding"], message: "a decoder needs to be told how target words become vectors", fix: 'add "tgt_embedding": ["word"]' }] : checkEmbedding("tgt_embedding", target, { ...stream, vocab_size: config.tgt_vocab_size ?? stream.vocab_size, subencoder: undefined })),
    ...(target !== null && target[0] !== undefined && target[0] in EMBEDDINGS && EMBEDDINGS[target[0]]?.tokens !== "words" ? [{ fields: ["tgt_embedding"], message: "a decoder writes words", fix: 'start tgt_embedding with "word"' }] : []),
    ...(objectives.includes("lm") ? [] : [{ fields: ["decoder", "target"], message: "no objective reads the decoder", fix: 'add "lm" to target, or leave decoder out' }]),
    ...(wordless ? [{ fields: ["share_embedding", "embedding"], message: "the source has no word table to share", fix: 'leave share_embedding out, or start embedding with "word"' }] : []),
    ...(config.share_embedding && !wordless && config.tgt_vocab_size !== undefined && config.tgt_vocab_size !== stream.vocab_size ? [{ fields: ["share_embedding", "vocab_size", "tgt_vocab_size"], message: `tables [${stream.vocab_size ?? "?"}, ${stream.emb_size}] and [${config.tgt_vocab_size}, ${stream.emb_size}] cannot be one`, fix: "give source and target one vocabulary, or leave share_embedding out" }] : []),
    ...(DECODERS[decoder]?.check?.(config) ?? []),
  ];
}

function checkTies({ streams, tie_weights: tied }: AssembleConfig): Problem[] {
  if (!tied || streams.length < 2) return [];
  const [first, second] = streams as [StreamConfig, StreamConfig];
  const differing = (Object.keys(first) as (keyof StreamConfig)[]).filter((key) => key !== "pooling" && JSON.stringify(first[key]) !== JSON.stringify(second[key]));
  return differing.length === 0 ? [] : [{ fields: ["tie_weights", ...differing.map((key) => `stream_1.${key}`)], message: "tied streams are one, yet they differ", fix: "make both streams equal, or set tie_weights to false" }];
}

function checkObjectives(config: AssembleConfig): Problem[] {
  const known = config.target.flatMap((name) => unknown("target", name, OBJECTIVES));
  if (known.length > 0) return known;
  const repeated = config.target.find((name, i) => config.target.indexOf(name) !== i);
  if (repeated !== undefined) return [{ fields: ["target"], message: `"${repeated}" stands twice`, fix: "name each objective once" }];
  const { encoder, embedding } = streamOf(config);
  const tokens = EMBEDDINGS[embedding[0] as string]?.tokens ?? null;
  return masksOf(config).flatMap(({ objective, mask }) => (OBJECTIVES[objective] as ObjectivePart).check(config, { sights: sightsOf(config, mask), tokens, encoder }));
}

/** Processors of published files that read pictures, sound or dialogues; they say nothing about the model. */
const ELSEWHERE = ["vit", "vilt", "clip", "s2t", "beit", "dalle", "llm_sft", "llm_pretrain", "alpaca"];

/** Everything that does not fit; empty for a configuration that can be built. */
export function checkConfig(config: AssembleConfig): Problem[] {
  const dual = config.streams.length > 1;
  const slots = [...config.streams.flatMap((stream, i) => checkStream(stream, dual ? `stream_${i}.` : "")), ...checkDecoder(config), ...checkTies(config), ...(config.data_processor === undefined || ELSEWHERE.includes(config.data_processor) ? [] : unknown("data_processor", config.data_processor, PROCESSORS))];
  // Objectives ask about the other slots, so those must exist.
  if (config.streams.some(({ encoder, embedding }) => !(encoder in ENCODERS) || !embedding.every((name) => name in EMBEDDINGS))) return slots;
  return [...slots, ...checkObjectives(config)];
}

/** A problem as one sentence. */
export const sentence = ({ fields, message, fix }: Problem): string => `${fields.join(" and ")}: ${message}; ${fix}`;
