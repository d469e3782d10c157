/** Encoder and decoder that score the target's next tokens. */
import type { Tensor } from "../../engine/index.ts";
import { band } from "../attention/mask.ts";
import type { Mode } from "../module.ts";
import type { RelativeBias } from "../positions/relative-bias.ts";
import type { Seq2Seq } from "../transformer/seq2seq.ts";
import { TextModel } from "./text-model.ts";
import type { TextBatch, TextOutputs } from "./text-model.ts";

export interface Seq2SeqModelOptions {
  readonly model: Seq2Seq;
  /** Tables of relative positions, one for each stack (T5). */
  readonly encoderBias?: RelativeBias;
  readonly decoderBias?: RelativeBias;
  /** Factor on q . k; default 1 / sqrt(dh). */
  readonly scale?: number;
}

export class Seq2SeqModel extends TextModel {
  readonly model: Seq2Seq;
  readonly encoderBias: RelativeBias | null;
  readonly decoderBias: RelativeBias | null;
  readonly scale: number | undefined;

  constructor({ model, encoderBias, decoderBias, scale }: Seq2SeqModelOptions) {
    super();
    this.model = model;
    this.encoderBias = encoderBias ?? null;
    this.decoderBias = decoderBias ?? null;
    this.scale = scale;
  }

  /** `targetIds` begin with the start token. */
  forward({ ids, valid, targetIds }: TextBatch, mode: Mode): TextOutputs {
    if (targetIds === undefined) throw new Error("Seq2SeqModel: a model of two stacks reads targetIds beside ids");
    const { output, hidden, logits } = this.model.forward(ids, targetIds, mode, {
      sourceValid: valid,
      encoder: { scale: this.scale, bias: this.biasOf(this.encoderBias, ids) },
      decoder: { mask: band(Infinity, 0), scale: this.scale, bias: this.biasOf(this.decoderBias, targetIds) },
    });
    return { lastHiddenState: output, hidden, logits };
  }

  private biasOf(table: RelativeBias | null, ids: Tensor): Tensor | undefined {
    return table?.forward(ids.dim(1));
  }
}
