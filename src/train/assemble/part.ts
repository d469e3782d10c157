/**
 * What a part is. A part is one file in `parts/<slot>/`, whose default export says what it reads, what it refuses and how
 * it is built; the registry is generated from the files, so adding a part is adding its file.
 */
import type { Parameter, RandomStream, Tensor } from "../../engine/index.ts";
import type { Sentences, Tokenizer } from "../../data/index.ts";
import type { Embedding, Mode, Module } from "../../nn/index.ts";
import type { AssembleConfig, MaskName, StreamConfig } from "./config.ts";

export const SLOTS = ["embedding", "subencoder", "encoder", "decoder", "objective", "processor"] as const;
export type Slot = (typeof SLOTS)[number];

/** Arrays of a batch, by name. Those of the second stream of a dual model end in `_1`, of the first in `_0`. */
export interface Fields {
  /** The tensor; throws when the batch has none of this name. */
  get(name: string): Tensor;
  has(name: string): boolean;
}

/** Two choices that clash, why, and what to change. */
export interface Problem {
  /** Fields of the configuration, such as `target` and `encoder`. */
  readonly fields: readonly string[];
  readonly message: string;
  readonly fix: string;
}

/**
 * What a token's state has seen: `all` tokens; the `past` and itself; `prefix`: segment 1 or the past; `sides`: the first half of the state
 * the past, the second half the future, neither the other.
 */
export type Sight = "all" | "past" | "prefix" | "sides";

interface Part {
  readonly name: string;
  readonly description: string;
}

export interface EmbeddingInputs {
  readonly fields: Fields;
  /** Name of the field with the token ids: `tokens`, `masked` or `target`. */
  readonly words: string;
  /** Tokens made by the first embedding; undefined for that one itself. */
  readonly length?: number;
  /** int32 [B, L], 0 for padding, as the first embedding made it. */
  readonly segments?: Tensor;
}

export interface EmbeddingModule extends Module {
  /** [B, L, emb_size], or [L, emb_size] where all examples have the same. */
  forward(inputs: EmbeddingInputs, mode: Mode): Tensor;
  /** int32 [B, L] of the tokens this embedding makes. */
  segments?(inputs: EmbeddingInputs): Tensor;
  /** The word table, of embeddings that have one. */
  wordTable?(): Embedding;
  /** Uses another embedding's word table. */
  shareWords?(table: Embedding): void;
}

export interface EmbeddingPart extends Part {
  /** Fields it reads beside the word ids. */
  readonly reads: readonly string[];
  /** What its tokens are, for the first embedding of a list; null for one that is only added. */
  readonly tokens: null | "words" | "patches" | "words and patches" | "frames";
  /** Number of tokens as people write it: `L`, `1 + 196`, `T / 4`. */
  length?(config: StreamConfig): string;
  /** Fixed number of tokens, where words have none. */
  count?(config: StreamConfig): number;
  check?(config: StreamConfig): readonly Problem[];
  build(config: StreamConfig, random: RandomStream): EmbeddingModule;
}

/** Characters int32 [B, L, C], 0 for padding -> [B, L, emb_size]. */
export interface SubencoderModule extends Module {
  forward(characters: Tensor, mode: Mode): Tensor;
}

export interface SubencoderPart extends Part {
  build(config: StreamConfig, random: RandomStream): SubencoderModule;
}

export interface EncoderModule extends Module {
  /** x [B, L, emb_size] and segments int32 [B, L] -> [B, L, hidden_size]. */
  forward(x: Tensor, segments: Tensor, mask: MaskName, mode: Mode): Tensor;
}

export interface EncoderPart extends Part {
  /** Whether it obeys `mask`; others see what they see. */
  readonly masked: boolean;
  sees(config: StreamConfig, mask: MaskName): Sight;
  check?(config: StreamConfig): readonly Problem[];
  build(config: StreamConfig, random: RandomStream): EncoderModule;
}

export interface DecoderInputs {
  /** [B, T, emb_size] */
  readonly target: Tensor;
  /** [B, L, hidden_size] */
  readonly memory: Tensor;
  /** int32 [B, L] */
  readonly memorySegments: Tensor;
}

export interface DecoderModule extends Module {
  /** [B, T, hidden_size]; a state sees the target's past and the whole memory. */
  forward(inputs: DecoderInputs, mode: Mode): Tensor;
}

export interface DecoderPart extends Part {
  check?(config: AssembleConfig): readonly Problem[];
  build(config: AssembleConfig, random: RandomStream): DecoderModule;
}

/** What an objective reads. */
export interface ObjectiveInputs {
  /** Per stream: [B, L, hidden_size]. Of the decoder where there is one and the objective reads it. */
  readonly states: readonly Tensor[];
  /** Per stream: int32 [B, L]. */
  readonly segments: readonly Tensor[];
  readonly fields: Fields;
}

export interface ObjectiveModule extends Module {
  /** The loss, and what else is worth watching, all of rank 0. */
  forward(inputs: ObjectiveInputs, mode: Mode): { readonly loss: Tensor } & Readonly<Record<string, Tensor>>;
}

/** Weights an objective may be tied to. */
export interface Tables {
  /** The source's word table, if there is one. */
  readonly source: Parameter | null;
  /** The target's. */
  readonly target: Parameter | null;
}

export interface ObjectivePart extends Part {
  /** Fields it reads from the batch. */
  reads(config: AssembleConfig): readonly string[];
  /** The mask it chooses where the configuration names none. */
  mask(config: AssembleConfig): MaskName;
  /** Whether it reads corrupted words (`masked`), clean ones (`tokens`), or whatever another objective has the encoder read. */
  readonly words: "masked" | "clean" | "either";
  /** Whether it is for labelled data after pre-training; the assembly matrix is of those for pre-training. */
  readonly fineTuning?: boolean;
  /** Whether it reads the decoder's states where there is a decoder. */
  readonly ofDecoder: boolean;
  check(config: AssembleConfig, context: ObjectiveContext): readonly Problem[];
  /** The field of weights it is tied to, for people; null for none. */
  tied?(config: AssembleConfig): "embedding.word" | "tgt_embedding.word" | null;
  build(config: AssembleConfig, random: RandomStream, tables: Tables): ObjectiveModule;
}

/** Texts as ids, before templates. */
export interface TextCorpus {
  /** Sentences or paragraphs of each document. */
  readonly documents: readonly Sentences[];
  /** Class of each document, for processors of labelled texts. */
  readonly labels?: Int32Array;
  /** Second texts of those that have one, for processors of labelled texts. */
  readonly seconds?: readonly (Int32Array | undefined)[];
  /** Tag of each token of a document, -1 where none is told, for ner. */
  readonly tags?: readonly Int32Array[];
  /** First and last token of the answer in the second text, for mrc. */
  readonly spans?: readonly (readonly [first: number, last: number])[];
  /** Task of each document, for tasks. */
  readonly tasks?: Int32Array;
  /** What each document becomes, for processors of pairs. */
  readonly targets?: readonly Int32Array[];
}

/** One row before its template. */
export interface Example {
  readonly a: Int32Array;
  /** A second segment. */
  readonly b?: Int32Array;
  /** What the decoder writes. */
  readonly target?: Int32Array;
  /** Answer of sp. */
  readonly follows?: 0 | 1;
  /** Answer of cls, or of a task. */
  readonly label?: number;
  readonly task?: number;
  /** Tags of the tokens of `a`, -1 for none. */
  readonly tags?: Int32Array;
  /** First and last token of the answer in `b`. */
  readonly span?: readonly [first: number, last: number];
}

export interface ExampleContext {
  readonly random: RandomStream;
  readonly corpus: TextCorpus;
  readonly index: number;
  /** Tokens of a row without those of its template, and of a target. */
  readonly room: number;
  readonly targetRoom: number;
  readonly tokenizer: Tokenizer;
}

/** How a corpus becomes rows: `data_processor`. */
export interface ProcessorPart extends Part {
  /** Kind of the user's records. */
  readonly task: "texts" | "labelled" | "pairs" | "tagged" | "answers";
  /** Fields it can fill beside words, segments and masks. */
  readonly gives: readonly ("target" | "follows" | "classes" | "task" | "tags" | "starts")[];
  /** Whether its rows are two texts; those of labelled texts are where the data have two. */
  readonly paired?: boolean;
  /** A function of its arguments alone. */
  example(context: ExampleContext): Example;
}

/** What an objective may ask about the other slots. */
export interface ObjectiveContext {
  /** What states of the encoder have seen, per stream, under this objective's mask. */
  readonly sights: readonly Sight[];
  /** What the tokens of the first stream are. */
  readonly tokens: EmbeddingPart["tokens"];
  readonly encoder: string;
}

const identity = <P>(part: P): P => part;
export const embeddingPart = identity<EmbeddingPart>;
export const subencoderPart = identity<SubencoderPart>;
export const encoderPart = identity<EncoderPart>;
export const decoderPart = identity<DecoderPart>;
export const objectivePart = identity<ObjectivePart>;
export const processorPart = identity<ProcessorPart>;

/** The only stream, or the first. */
export const streamOf = ({ streams }: AssembleConfig, i = 0): StreamConfig => streams[i] as StreamConfig;
