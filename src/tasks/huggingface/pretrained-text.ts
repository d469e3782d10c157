/** A text model with its tokenizer: what `fromPretrained` gives. */
import { compile, hostArray, RandomStream } from "../../engine/index.ts";
import type { Compiled, Device, HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { SentenceStages } from "../../nn/pretrained/index.ts";
import type { Pretrained, TextModel, TextOutputs } from "../../nn/pretrained/index.ts";
import { RequestError } from "../request-error.ts";
import type { EncodedBatch, EncodedText, TextInput, TextTokenizer } from "./tokenizer.ts";

export interface PretrainedTextOptions {
  readonly pretrained: Pretrained;
  readonly tokenizer: TextTokenizer;
  /** Stages from token states to one vector; default the mean over real tokens. */
  readonly stages?: SentenceStages;
  readonly device?: Device;
}

export interface EncodeOptions {
  /** Texts in a batch; default 32. */
  readonly batch?: number;
}

interface BatchTensors {
  readonly ids: Tensor;
  readonly valid: Tensor;
  readonly segments: Tensor;
}

/** What a graph gives for a batch: one row for each text. */
type RowProgram = Compiled<readonly [BatchTensors], Tensor>;

/** Lengths that graphs are compiled for: eight to an octave, so that padding stays below an eighth. */
export function paddedLength(length: number, longest: number): number {
  const step = Math.max(8, 2 ** (Math.ceil(Math.log2(length)) - 3));
  return Math.min(Math.ceil(length / step) * step, Math.max(length, longest));
}

/** Graphs are compiled at first use for each padded shape and kept; `release` frees them. */
export class PretrainedText {
  readonly pretrained: Pretrained;
  readonly module: TextModel;
  readonly tokenizer: TextTokenizer;
  readonly stages: SentenceStages;
  /** Whether the stages came with the model, as those of sentence-transformers do. */
  readonly isSentenceModel: boolean;
  /** Content of `config.json`. */
  readonly config: Pretrained["config"];
  /** Names of the scores of a classifier. */
  readonly labels: readonly string[];
  readonly device: Device | undefined;
  private readonly programs = new Map<string, RowProgram>();

  constructor({ pretrained, tokenizer, stages, device }: PretrainedTextOptions) {
    this.pretrained = pretrained;
    this.module = pretrained.module;
    this.tokenizer = tokenizer;
    this.stages = stages ?? new SentenceStages([{ kind: "pooling", pooling: "mean" }], RandomStream.of(0, "mean"));
    this.isSentenceModel = stages !== undefined;
    this.config = pretrained.config;
    this.labels = pretrained.labels;
    this.device = device;
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
    return this.rows("embed", texts, options, ({ lastHiddenState }, { valid }) => this.stages.forward(lastHiddenState, valid));
  }

  /** Scores of a classifier for each text or pair, [n, labels]. Throws for models of another task. */
  async scores(texts: readonly TextInput[], options: EncodeOptions = {}): Promise<HostArray> {
    if (this.pretrained.task !== "sequence-classification") throw new RequestError(`scores: the model is for ${this.pretrained.task}, not sequence-classification`);
    return await this.rows("scores", texts, options, ({ logits }) => logits as Tensor);
  }

  /** All outputs for one padded batch; ids and validity are in `batch`. */
  async outputs(texts: readonly TextInput[]): Promise<{ readonly batch: EncodedBatch; readonly lastHiddenState: HostArray; readonly logits?: HostArray }> {
    const batch = this.tokenizer.pad(texts.map((text) => this.tokenizer.encode(text)));
    const program = compile((inputs: BatchTensors) => {
      const { lastHiddenState, logits } = this.module.forward(this.inputsOf(inputs), EVALUATE);
      return logits === undefined ? { lastHiddenState } : { lastHiddenState, logits };
    }, { device: this.device, name: "outputs" });
    try {
      return { batch, ...(await program(batch)) };
    } finally {
      await program.release();
    }
  }

  /** Frees the compiled graphs. The model can be used again and compiles anew. */
  async release(): Promise<void> {
    for (const program of this.programs.values()) await program.release();
    this.programs.clear();
  }

  private async rows(name: string, texts: readonly TextInput[], { batch = 32 }: EncodeOptions, fn: (outputs: TextOutputs, inputs: BatchTensors) => Tensor): Promise<HostArray> {
    if (!Number.isInteger(batch) || batch < 1) throw new RequestError(`${name}: batch: expected a whole number of at least 1, got ${batch}`);
    if (texts.length === 0) throw new RequestError(`${name}: expected at least one text`);
    const encoded = texts.map((text) => this.tokenizer.encode(text));
    // Texts of like length share a batch.
    const order = encoded.map((_, i) => i).sort((a, b) => (encoded[a] as EncodedText).ids.length - (encoded[b] as EncodedText).ids.length);
    const program = this.program(name, fn);
    let rows: Float32Array | null = null;
    let width = 0;
    for (let from = 0; from < order.length; from += batch) {
      const chosen = order.slice(from, from + batch);
      const result = await program(this.padded(chosen.map((i) => encoded[i] as EncodedText), Math.min(batch, texts.length)));
      width = result.shape[1] as number;
      rows ??= new Float32Array(texts.length * width);
      for (const [k, i] of chosen.entries()) rows.set((result.data as Float32Array).subarray(k * width, (k + 1) * width), i * width);
    }
    return hostArray(rows as Float32Array, [texts.length, width]);
  }

  /** The last batch is filled up with copies of its first text, so that it needs no graph of its own. */
  private padded(texts: readonly EncodedText[], batch: number): EncodedBatch {
    const full = [...texts, ...new Array<EncodedText>(batch - texts.length).fill(texts[0] as EncodedText)];
    return this.tokenizer.pad(full, paddedLength(Math.max(1, ...texts.map(({ ids }) => ids.length)), this.tokenizer.longest));
  }

  private program(name: string, fn: (outputs: TextOutputs, inputs: BatchTensors) => Tensor): RowProgram {
    const known = this.programs.get(name);
    if (known !== undefined) return known;
    const program: RowProgram = compile((inputs: BatchTensors) => fn(this.module.forward(this.inputsOf(inputs), EVALUATE), inputs), { device: this.device, name });
    this.programs.set(name, program);
    return program;
  }

  private inputsOf({ ids, valid, segments }: BatchTensors): BatchTensors | Omit<BatchTensors, "segments"> {
    return this.pretrained.prepared.segments ? { ids, valid, segments } : { ids, valid };
  }
}
