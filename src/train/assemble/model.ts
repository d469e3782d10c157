/** An assembled model: streams of embedding and encoder, perhaps a decoder with its embedding, and objectives. */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import type { Embedding, Mode } from "../../nn/index.ts";
import { Module } from "../../nn/index.ts";
import { sumLosses } from "../../objectives/index.ts";
import { checkConfig, masksOf, sentence } from "./check.ts";
import { AssembleError } from "./assemble-error.ts";
import { parseConfig } from "./config.ts";
import type { AssembleConfig, MaskName, StreamConfig } from "./config.ts";
import { EmbeddingStack } from "./embedding-stack.ts";
import type { Embedded } from "./embedding-stack.ts";
import { fieldsOf } from "./fields.ts";
import { streamOf } from "./part.ts";
import type { DecoderModule, DecoderPart, EncoderModule, EncoderPart, Fields, ObjectiveInputs, ObjectiveModule, ObjectivePart } from "./part.ts";
import DECODERS from "./registry/decoder.ts";
import ENCODERS from "./registry/encoder.ts";
import OBJECTIVES from "./registry/objective.ts";

export class Stream extends Module {
  readonly embedding: EmbeddingStack;
  readonly encoder: EncoderModule;
  private readonly mask: MaskName | undefined;

  constructor(config: StreamConfig, random: RandomStream) {
    super();
    this.embedding = new EmbeddingStack(config, random.child("embedding"));
    this.encoder = (ENCODERS[config.encoder] as EncoderPart).build(config, random.child("encoder"));
    this.mask = config.mask;
  }

  /** States [B, L, hidden_size] and segments [B, L] of the words in a field. */
  forward(fields: Fields, { words, mask }: Pick<View, "words" | "mask">, mode: Mode): Embedded {
    const { x, segments } = this.embedding.forward(fields, words, mode);
    return { x: this.encoder.forward(x, segments, this.mask ?? mask, mode), segments };
  }
}

/** How an objective has the source read. */
export interface View {
  readonly objective: string;
  /** The field of word ids. */
  readonly words: "tokens" | "masked";
  readonly mask: MaskName;
}

/** The reading of each objective. One that takes either words reads along with one that needs them corrupted. */
export function viewsOf(config: AssembleConfig): View[] {
  const corrupted = config.target.some((name) => OBJECTIVES[name]?.words === "masked");
  return masksOf(config).map(({ objective, mask }) => {
    const { words } = OBJECTIVES[objective] as ObjectivePart;
    return { objective, mask, words: words === "masked" || (words === "either" && corrupted) ? "masked" : "tokens" };
  });
}

export class Assembled extends Module {
  readonly streams: readonly Stream[];
  readonly targetEmbedding: EmbeddingStack | null;
  readonly decoder: DecoderModule | null;
  readonly objectives: Readonly<Record<string, ObjectiveModule>>;
  readonly config: AssembleConfig;
  private readonly views: readonly View[];

  /** Of a configuration without problems; `assemble` checks. */
  constructor(config: AssembleConfig, random: RandomStream) {
    super();
    const { streams, tie_weights: tied, tgt_embedding: target, decoder, share_embedding: shared } = config;
    const first = new Stream(streamOf(config), random.child("streams", 0));
    this.streams = streams.map((stream, i) => (i === 0 || tied ? first : new Stream(stream, random.child("streams", i))));
    this.targetEmbedding = target === null ? null : new EmbeddingStack({ ...streamOf(config), embedding: target, vocab_size: config.tgt_vocab_size ?? streamOf(config).vocab_size, subencoder: undefined }, random.child("targetEmbedding"));
    const source = wordTable(first.embedding);
    if (shared && source !== null) Object.values(this.targetEmbedding?.parts ?? {}).forEach((part) => part.shareWords?.(source));
    this.decoder = decoder === null ? null : (DECODERS[decoder] as DecoderPart).build(config, random.child("decoder"));
    const tables = { source: source?.weight ?? null, target: this.targetEmbedding === null ? null : (wordTable(this.targetEmbedding)?.weight ?? null) };
    this.objectives = Object.fromEntries(config.target.map((name) => [name, (OBJECTIVES[name] as ObjectivePart).build(config, random.child("objectives", name), tables)]));
    this.config = config;
    this.views = viewsOf(config);
  }

  /** The sum of the objectives' losses, each under its name, and what else they report as `<objective>.<name>`. */
  forward(batch: Readonly<Record<string, Tensor | undefined>>, mode: Mode): { readonly loss: Tensor } & Readonly<Record<string, Tensor>> {
    if (this.config.target.length === 0) throw new RangeError('assemble: target: the model has no objective and so no loss; name one, such as "mlm", or ask for its states');
    const read = this.reader(batch, mode);
    const results = Object.entries(this.objectives).map(([name, objective]) => [name, objective.forward(read(name), mode)] as const);
    const further = results.flatMap(([name, { loss: _, ...rest }]) => Object.entries(rest).map(([part, value]) => [`${name}.${part}`, value] as const));
    return { ...Object.fromEntries(further), ...sumLosses(Object.fromEntries(results)) };
  }

  /** What an objective reads of a batch: the states of each stream, or of the decoder. */
  statesFor(objective: string, batch: Readonly<Record<string, Tensor | undefined>>, mode: Mode): ObjectiveInputs {
    return this.reader(batch, mode)(objective);
  }

  /** States of one stream of a batch whose fields need not serve any objective: features. Fields of dual models end in `_0`, `_1`. */
  encode(batch: Readonly<Record<string, Tensor | undefined>>, mode: Mode, { stream = 0, mask = this.views[0]?.mask ?? "fully_visible" }: { readonly stream?: number; readonly mask?: MaskName } = {}): Embedded {
    const chosen = this.streams[stream];
    if (chosen === undefined) throw new RangeError(`assemble: there is no stream ${stream}; the model has ${this.streams.length}`);
    return chosen.forward(this.fields(batch, stream), { words: "tokens", mask }, mode);
  }

  private fields(batch: Readonly<Record<string, Tensor | undefined>>, stream: number): Fields {
    return fieldsOf(batch, this.streams.length > 1 ? `_${stream}` : "");
  }

  /** Each reading of the source is encoded once, whichever objectives share it. */
  private reader(batch: Readonly<Record<string, Tensor | undefined>>, mode: Mode): (objective: string) => ObjectiveInputs {
    const encoded = new Map<string, Embedded[]>();
    const fields = fieldsOf(batch);
    return (objective) => {
      const view = this.views.find(({ objective: name }) => name === objective);
      if (view === undefined) throw new RangeError(`assemble: there is no objective "${objective}"; the model has ${this.views.map(({ objective: name }) => name).join(", ") || "none"}`);
      const key = `${view.words} ${view.mask}`;
      const streams = encoded.get(key) ?? this.streams.map((stream, i) => stream.forward(this.fields(batch, i), view, mode));
      encoded.set(key, streams);
      if (this.decoder === null || this.targetEmbedding === null || !(OBJECTIVES[objective] as ObjectivePart).ofDecoder) return { states: streams.map(({ x }) => x), segments: streams.map(({ segments }) => segments), fields };
      const [memory] = streams as [Embedded];
      const target = this.targetEmbedding.forward(fields, "target", mode);
      return { states: [this.decoder.forward({ target: target.x, memory: memory.x, memorySegments: memory.segments }, mode)], segments: [target.segments], fields };
    };
  }
}

const wordTable = ({ parts }: EmbeddingStack): Embedding | null => Object.values(parts).map((part) => part.wordTable?.()).find((table) => table !== undefined) ?? null;

/**
 * Builds a model from a configuration: JSON as read from a file, or one that was parsed. Weights are made when first used, so
 * that a model too large for this machine can still be counted. Throws an AssembleError that lists every clash of slots.
 */
export function assemble(given: object, { random, where = "assemble" }: { readonly random: RandomStream; readonly where?: string }): Assembled {
  const config = "streams" in given ? (given as AssembleConfig) : parseConfig(given, where);
  const problems = checkConfig(config);
  if (problems.length > 0) throw new AssembleError(`${where}: ${problems.length === 1 ? "the slots do not fit" : `${problems.length} things do not fit`}: ${problems.map(sentence).join(". ")}`);
  return new Assembled(config, random);
}
