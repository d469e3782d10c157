/** A text model with its tokenizer: what `fromPretrained` gives. */
import { compile, hostArray, RandomStream } from "../../engine/index.ts";
import type { Device, HostArray, Tensor } from "../../engine/index.ts";
import { SIDES } from "../../lab/index.ts";
import type { Side, SidedModel } from "../../lab/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import { segmentsOf, SentenceStages } from "../../nn/pretrained/index.ts";
import type { Pretrained, TextBatch, TextModel, TextOutputs } from "../../nn/pretrained/index.ts";
import { hashOfArrays } from "../../train/index.ts";
import { RequestError } from "../request-error.ts";
import { exportTextOnnx } from "./export-text.ts";
import { hasPrompts, promptFor, USUAL_USE } from "./sentence-transformers.ts";
import type { SentenceUse } from "./sentence-transformers.ts";
import { TextSession, USUAL_TOKENS } from "./text-session.ts";
import type { BatchHooks } from "./text-session.ts";
import type { EncodedBatch, TextInput, TextTokenizer } from "./tokenizer.ts";

export interface PretrainedTextOptions {
  readonly pretrained: Pretrained;
  readonly tokenizer: TextTokenizer;
  /** Stages from token states to one vector; default the mean over real tokens. */
  readonly stages?: SentenceStages;
  /** Default no prompts, and the cosine. */
  readonly use?: SentenceUse;
  readonly device?: Device;
  /** Reads texts in place of the module, queries otherwise than documents. */
  readonly sides?: SidedModel;
}

export interface EncodeOptions extends BatchHooks {
  /** Most texts in a batch; default as many as `tokens` hold. */
  readonly batch?: number;
  /** Most tokens in a batch, padding included; default 2048. */
  readonly tokens?: number;
  /** What the texts are: the model's prompt for it, if it has one, is put before them. Without, none is, and models with sides read documents. */
  readonly role?: Side;
}

const unitsOf = (text: string): HostArray => hostArray(Int32Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)), [text.length]);

type BatchTensors = TextBatch & { readonly segments: Tensor };

/** What gives one row for each text. */
export type RowVerb = "embed" | "scores";

/** A session with the weights as they were then, told by the sum of their revisions. */
interface OpenedSession {
  readonly revision: number;
  readonly session: Promise<TextSession>;
}

/** One session for each verb is opened at first use, and again when the weights have changed; `release` frees them. */
export class PretrainedText {
  readonly pretrained: Pretrained;
  readonly module: TextModel;
  readonly tokenizer: TextTokenizer;
  readonly stages: SentenceStages;
  /** Whether the stages came with the model, as those of sentence-transformers do. */
  readonly isSentenceModel: boolean;
  /** Prompts, put before texts whose role is told, and similarity, for those who use the model. */
  readonly use: SentenceUse;
  /** Content of `config.json`. */
  readonly config: Pretrained["config"];
  /** Names of the scores of a classifier. */
  readonly labels: readonly string[];
  readonly device: Device | undefined;
  readonly sides: SidedModel | undefined;
  private readonly opened = new Map<string, OpenedSession>();

  constructor({ pretrained, tokenizer, stages, use = USUAL_USE, device, sides }: PretrainedTextOptions) {
    this.pretrained = pretrained;
    this.module = pretrained.module;
    this.tokenizer = tokenizer;
    this.stages = stages ?? new SentenceStages([{ kind: "pooling", pooling: "mean" }], RandomStream.of(0, "mean"));
    this.isSentenceModel = stages !== undefined;
    this.use = use;
    this.config = pretrained.config;
    this.labels = pretrained.labels;
    this.device = device;
    this.sides = sides;
  }

  /** Outputs for a padded batch, in a graph that is being traced. */
  forward(batch: TextBatch, mode: Mode, role: Side = "document"): TextOutputs {
    if (this.sides !== undefined) return { lastHiddenState: this.sides.forward(role, { ids: batch.ids, valid: batch.valid, segments: segmentsOf(batch) }, mode), hidden: [] };
    return this.module.forward(this.inputsOf(batch), mode);
  }

  /** Whether queries are read otherwise than documents. */
  get tellsRoles(): boolean {
    return this.sides !== undefined || hasPrompts(this.use);
  }

  /** Hash of the weights and prompts that vectors and scores depend on. */
  async fingerprint(): Promise<string> {
    const beside = [...(this.sides?.stateDict() ?? [])].map(([name, value]) => [`sides.${name}`, value] as const);
    const prompts = hasPrompts(this.use) ? SIDES.map((side) => [`prompt.${side}`, unitsOf(promptFor(this.use, side))] as const) : [];
    return await hashOfArrays(new Map([...this.module.stateDict(), ...beside, ...prompts]));
  }

  /**
   * One vector for each text (or pair), [n, d].
   *
   * ```ts
   * const model = await fromPretrained("my-model");
   * const vectors = await model.embed(["a text", "another"]);
   * ```
   */
  embed(texts: readonly TextInput[], options: EncodeOptions = {}): Promise<HostArray> {
    return this.rows("embed", texts, options);
  }

  /** Scores of a classifier for each text or pair, [n, labels]. Throws for models of another task. */
  async scores(texts: readonly TextInput[], options: EncodeOptions = {}): Promise<HostArray> {
    if (this.pretrained.task !== "sequence-classification") throw new RequestError(`scores: the model is for ${this.pretrained.task}, not sequence-classification`);
    return await this.rows("scores", texts, options);
  }

  /** All outputs for one padded batch; ids and validity are in `batch`. */
  async outputs(texts: readonly TextInput[]): Promise<{ readonly batch: EncodedBatch; readonly lastHiddenState: HostArray; readonly logits?: HostArray }> {
    const batch = this.tokenizer.pad(texts.map((text) => this.tokenizer.encode(text)));
    const program = compile((inputs: BatchTensors) => {
      const { lastHiddenState, logits } = this.forward(inputs, EVALUATE);
      return logits === undefined ? { lastHiddenState } : { lastHiddenState, logits };
    }, { device: this.device, name: "outputs" });
    try {
      return { batch, ...(await program(batch)) };
    } finally {
      await program.release();
    }
  }

  /** The session behind `embed` or `scores`, for callers that make batches of their own. */
  async session(verb: RowVerb, role: Side = "document"): Promise<TextSession> {
    if (!SIDES.includes(role)) throw new RequestError(`${verb}: role: expected ${SIDES.join(" or ")}, got ${JSON.stringify(role)}`);
    const key = this.sides === undefined ? verb : `${verb} ${role}`;
    const parts = [this.module, this.stages, ...(this.sides === undefined ? [] : [this.sides])];
    const revision = parts.flatMap((part) => [...part.namedParameters().values()]).reduce((sum, parameter) => sum + parameter.revision, 0);
    const known = this.opened.get(key);
    if (known?.revision === revision) return known.session;
    const output = { embed: "sentence_embedding", scores: "logits" }[verb];
    const session = TextSession.open(exportTextOnnx(this, { sentence: verb === "embed" ? "only" : false, role }), { device: this.device, segments: this.pretrained.prepared.segments, output, padId: this.tokenizer.padId });
    this.opened.set(key, { revision, session });
    await (await known?.session)?.release();
    return session;
  }

  /** Frees the sessions. The model can be used again and opens others. */
  async release(): Promise<void> {
    const opened = [...this.opened.values()];
    this.opened.clear();
    for (const { session } of opened) await (await session).release();
  }

  private async rows(name: RowVerb, texts: readonly TextInput[], { batch, tokens = USUAL_TOKENS, role, ...hooks }: EncodeOptions): Promise<HostArray> {
    for (const [option, value] of [["batch", batch ?? 1], ["tokens", tokens]] as const) if (!Number.isInteger(value) || value < 1) throw new RequestError(`${name}: ${option}: expected a whole number of at least 1, got ${value}`);
    if (texts.length === 0) throw new RequestError(`${name}: expected at least one text`);
    const session = await this.session(name, role);
    const prompt = name === "embed" && role !== undefined ? promptFor(this.use, role) : "";
    return await session.rows(texts.map((text) => this.tokenizer.encode(typeof text === "string" ? prompt + text : text)), { tokens, rows: batch }, hooks);
  }

  private inputsOf({ ids, valid, segments }: TextBatch): TextBatch {
    return this.pretrained.prepared.segments && segments !== undefined ? { ids, valid, segments } : { ids, valid };
  }
}
