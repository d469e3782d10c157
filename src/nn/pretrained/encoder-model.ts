/** Encoder with whatever a task needs above its last layer. */
import { cumSum, full } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import type { Activation } from "../activation.ts";
import { LmHead } from "../heads/lm-head.ts";
import { TokenTagger } from "../heads/token-tagger.ts";
import { Linear } from "../linear.ts";
import type { Mode, Module } from "../module.ts";
import type { TextEncoder, TextInputs } from "../transformer/text-encoder.ts";
import { ClassificationHead } from "./classification-head.ts";
import type { ClassificationHeadOptions } from "./classification-head.ts";
import { TextModel } from "./text-model.ts";
import type { TextBatch, TextOutputs, TextTask } from "./text-model.ts";

export type EncoderHead = LmHead | ClassificationHead | TokenTagger;

export interface EncoderModelOptions {
  readonly text: TextEncoder;
  /** Learned parts beside the stack that `inputs` reads, such as a table of relative positions. */
  readonly relative?: Module;
  /** What the encoder is given for a batch. Default padding only. */
  readonly inputs?: (batch: TextBatch, model: EncoderModel, mode: Mode) => TextInputs;
  readonly pooler?: Linear;
  readonly head?: EncoderHead;
  /** Whether two texts belong together, beside the head. */
  readonly pairs?: ClassificationHead;
}

export class EncoderModel extends TextModel {
  readonly text: TextEncoder;
  readonly relative: Module | null;
  readonly pooler: Linear | null;
  readonly head: EncoderHead | null;
  readonly pairs: ClassificationHead | null;
  private readonly inputs: NonNullable<EncoderModelOptions["inputs"]>;

  constructor({ text, relative, inputs = () => ({}), pooler, head, pairs }: EncoderModelOptions) {
    super();
    this.text = text;
    this.relative = relative ?? null;
    this.pooler = pooler ?? null;
    this.head = head ?? null;
    this.pairs = pairs ?? null;
    this.inputs = inputs;
  }

  forward(batch: TextBatch, mode: Mode): TextOutputs {
    const { output, hidden } = this.text.forward(batch.ids, mode, { valid: batch.valid, ...this.inputs(batch, this, mode) });
    const pooled = this.pooler?.forward(output.select(1, 0)).tanh();
    const logits = this.head === null ? undefined : applyHead(this.head, output, batch, mode);
    const pairs = this.pairs?.forward(output, mode);
    return { lastHiddenState: output, hidden, ...(pooled === undefined ? {} : { pooled }), ...(logits === undefined ? {} : { logits }), ...(pairs === undefined ? {} : { pairs }) };
  }
}

function applyHead(head: EncoderHead, states: Tensor, { valid }: TextBatch, mode: Mode): Tensor {
  if (head instanceof LmHead) return head.forward(states);
  if (head instanceof ClassificationHead) return head.forward(states, mode, valid);
  const scores = head.forward(states, mode);
  return head.dense === null ? scores : scores.squeeze(-1); // one decision for each token
}

/** Token types, the first where none are given. */
export const segmentsOf = ({ ids, segments }: TextBatch): Tensor => segments ?? full(ids.shape, 0, "int32");

/** Positions counted over real tokens from `padId` + 1; padding has position `padId` (RoBERTa). int32 [B, L]. */
export function positionsPastPad(ids: Tensor, padId: number): Tensor {
  const real = ids.equal(padId).logicalNot().cast("int32");
  return cumSum(real, 1).mul(real).add(padId);
}

export interface HeadOptions {
  readonly random: RandomStream;
  readonly task: TextTask;
  readonly labels: number;
  readonly width: number;
  readonly vocabulary: number;
  readonly text: TextEncoder;
  /** Dense map of the masked language model's head. */
  readonly transform?: { readonly activation: Activation; readonly eps?: number; readonly bias?: boolean; readonly normBias?: boolean };
  /** Bias of its scores; default true. */
  readonly bias?: boolean;
  /** Whether its scores use the word table; default true. */
  readonly tied?: boolean;
  /** Activation of the detector of replaced tokens; default GELU. */
  readonly detector?: Activation;
  readonly classification: Pick<ClassificationHeadOptions, "bias" | "dense" | "dropout" | "pooling">;
}

/** The head of a task as most models have it; undefined for plain features. Throws for a task of two-stack models. */
export function encoderHead({ random, task, labels, width, vocabulary, text, transform, detector, bias = true, tied = true, classification }: HeadOptions): EncoderHead | undefined {
  switch (task) {
    case "features":
      return undefined;
    case "masked-lm":
    case "pre-training":
      return new LmHead({ random, width, vocabulary, tied: tied ? text.embedding.word.weight : undefined, inner: text.embedding.word.weight.dim(1), transform, bias });
    case "sequence-classification":
      return new ClassificationHead({ random, width, labels, ...classification });
    case "token-classification":
      return new TokenTagger({ random, width, labels, dropout: classification.dropout });
    case "replaced-token-detection":
      return new TokenTagger({ random, width, labels: 1, hidden: width, activation: detector });
    case "causal-lm":
      return new LmHead({ random, width, vocabulary, tied: tied ? text.embedding.word.weight : undefined });
    case "seq2seq-lm":
      throw new RangeError(`a single stack has no head for ${task}`);
  }
}

/** What pre-training tells of two texts, from the pooled first token; undefined for other tasks. */
export const pairHead = ({ random, task, width }: Pick<HeadOptions, "random" | "task" | "width">): ClassificationHead | undefined =>
  task === "pre-training" ? new ClassificationHead({ random: random.child("pairs"), width, labels: 2, dense: { activation: "tanh" } }) : undefined;

/** The pooler of BERT: a dense map of the first token's state, then tanh. */
export const poolerOf = (random: RandomStream, width: number): Linear => new Linear(width, width, { random: random.child("pooler") });
