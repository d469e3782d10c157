/** Classifiers assembled from a configuration: a folder of `pretrainConfig` whose target is cls. */
import { compile, hostArray, RandomStream } from "../../engine/index.ts";
import type { Compiled, Device, HostArray, Tensor } from "../../engine/index.ts";
import { sequentialBatches } from "../../data/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { Assembled, textCollate, wholeOf } from "../../train/assemble/index.ts";
import type { TextCorpus } from "../../train/assemble/index.ts";
import { Classes } from "../../train/assemble/parts/objective/cls.ts";
import type { EncodeOptions } from "../huggingface/pretrained-text.ts";
import type { TextInput } from "../huggingface/tokenizer.ts";
import { RequestError } from "../request-error.ts";
import { labelScores } from "../text/score-texts.ts";
import type { LabelScore } from "../text/score-texts.ts";
import { loadAssembled } from "./assembled-folder.ts";
import { encodeLines } from "./read-corpus.ts";

/** Where nothing says how long rows were. */
const LENGTH = 64;
const BATCH = 32;

export interface AssembledTextOptions {
  /** With the one objective cls. */
  readonly model: Assembled;
  readonly tokenizer: Tokenizer;
  readonly labels: readonly string[];
  /** Tokens of a row; longer texts are cut. */
  readonly length: number;
  readonly device?: Device;
}

/** Asked like a classifier of Hugging Face. `release` frees its programs. */
export class AssembledText {
  readonly model: Assembled;
  readonly labels: readonly string[];
  /** No entry says that labels do not exclude each other. */
  readonly config = {};
  private readonly tokenizer: Tokenizer;
  private readonly length: number;
  private readonly run: Compiled<[Record<string, Tensor>], { scores: Tensor }>;

  constructor({ model, tokenizer, labels, length, device }: AssembledTextOptions) {
    const head = model.objectives["cls"];
    if (!(head instanceof Classes)) throw new RequestError(`the model has no target cls, only ${model.config.target.join(", ") || "none"}`);
    this.model = model;
    this.labels = labels;
    this.tokenizer = tokenizer;
    this.length = length;
    this.run = compile((fields: Record<string, Tensor>) => ({ scores: head.logits(model.statesFor("cls", fields, EVALUATE)) }), { device, name: "classify texts" });
  }

  /** [n, labels] of texts or pairs, before the softmax. */
  async scores(texts: readonly TextInput[], { batch = BATCH }: Pick<EncodeOptions, "batch"> = {}): Promise<HostArray> {
    if (texts.length === 0) throw new RequestError("scores: expected at least one text");
    const pairs = texts.map((text) => (typeof text === "string" ? ([text] as const) : text));
    const corpus: TextCorpus = { documents: pairs.map(([first]) => encodeLines(first, this.tokenizer)), seconds: pairs.map(([, second]) => (second === undefined ? undefined : wholeOf(encodeLines(second, this.tokenizer)))) };
    const collate = textCollate(this.model.config, { corpus, tokenizer: this.tokenizer, length: this.length, room: this.length, seed: 0 });
    const width = this.labels.length;
    const all = new Float32Array(texts.length * width);
    let done = 0;
    for (const { indices, valid } of sequentialBatches(Int32Array.from(texts.keys()), batch)) {
      const { classes: _, ...fields } = collate({ epoch: 0, indices });
      const { scores } = await this.run(fields);
      all.set((scores.data as Float32Array).subarray(0, valid * width), done * width);
      done += valid;
    }
    return hostArray(all, [texts.length, width]);
  }

  /** Labels of each text, the most probable first. */
  async predict(texts: readonly TextInput[]): Promise<LabelScore[][]> {
    return labelScores(this, await this.scores(texts));
  }

  async release(): Promise<void> {
    await this.run.release();
  }
}

/**
 * The classifier in a folder that `finetune` or `pretrainConfig` left.
 *
 * ```ts
 * const [[best]] = await (await openAssembled("my-classifier")).predict(["I left after ten minutes"]);
 * ```
 *
 * Throws a `RequestError` for a model without the target cls.
 */
export async function openAssembled(directory: string, { device }: { readonly device?: Device } = {}): Promise<AssembledText> {
  const { model, tokenizer, labels: sets, length = LENGTH } = await loadAssembled(directory);
  const { config } = model;
  if (!config.target.includes("cls")) throw new RequestError(`${directory}: an assembled model for ${config.target.join(", ") || "no target"}; to tell classes it needs the target cls: reprise pretrain CONFIG --from ${directory} --data labelled.tsv with {"target": ["cls"]}`);
  const labels = sets["cls"] ?? Array.from({ length: config.labels_num ?? 0 }, (_, i) => `LABEL_${i}`);
  // Other objectives would have words hidden; texts are read as they are.
  const { data_processor: _, ...rest } = config;
  const classifier = new Assembled({ ...rest, target: ["cls"], decoder: null, tgt_embedding: null, share_embedding: false, tie_weights: false }, RandomStream.of(0));
  const wanted = classifier.namedParameters();
  classifier.loadStateDict(new Map([...model.stateDict()].filter(([name]) => wanted.has(name))));
  return new AssembledText({ model: classifier, tokenizer, labels, length: Math.min(length, config.streams[0]?.max_seq_length ?? length), device });
}
