/**
 * Poly-encoders (Humeau et al., arXiv 1905.01969): a context becomes a few vectors, read off its states by learned codes, and
 * a candidate one; the candidate reads the context's vectors and meets what it read. Between bi- and cross-encoders in
 * quality and cost.
 */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { CodePool, Module, polyScores } from "../../nn/index.ts";
import type { Mode, TextEncoder } from "../../nn/index.ts";
import { crossEntropy } from "../../objectives/index.ts";
import type { BatchTensors } from "../../train/index.ts";
import { encodeRows } from "../foundations/bert-model.ts";
import type { TokenRows } from "../foundations/bert-model.ts";
import type { TrainedBert } from "../foundations/bert-en.ts";
import type { TextLoss } from "./fine-tune-text.ts";
import { sideOf } from "./text-batches.ts";
import type { SeparateCandidateBatch } from "./text-batches.ts";

export interface PolyEncoderOptions {
  readonly random: RandomStream;
  /** Vectors of a context; default 16. */
  readonly codes?: number;
}

/** Context and candidates go through one encoder. */
export class PolyEncoder extends Module {
  readonly encoder: TextEncoder;
  readonly codes: CodePool;

  constructor(encoder: TextEncoder, codes: CodePool) {
    super();
    this.encoder = encoder;
    this.codes = codes;
  }

  /** Contexts [B, L] -> [B, k, d]. */
  encodeContext(rows: TokenRows, mode: Mode): Tensor {
    return this.codes.forward(encodeRows(this.encoder, rows, mode).output, rows.valid);
  }

  /** Candidates [n, L] -> [n, d], the state of the first token. */
  encodeCandidate(rows: TokenRows, mode: Mode): Tensor {
    return encodeRows(this.encoder, rows, mode).output.select(1, 0);
  }

  /** Contexts [B, Lq] with N candidates of their own each, [B * N, Ld] -> scores [B, N]. */
  forward(context: TokenRows, candidates: TokenRows, mode: Mode): Tensor {
    const contexts = this.encodeContext(context, mode);
    return polyScores(contexts, this.encodeCandidate(candidates, mode).reshape([contexts.dim(0), -1, contexts.dim(2)]));
  }
}

/** A poly-encoder on a trained BERT's encoder. The BERT's weights are trained on in place: read it anew for each arm. */
export const polyEncoderOf = ({ model, sizes }: TrainedBert, { random, codes = 16 }: PolyEncoderOptions): PolyEncoder =>
  new PolyEncoder(model.encoder, new CodePool(sizes.width, { random: random.child("codes"), codes }));

/** Cross-entropy over each context's own candidates. */
export const amongPolyCandidates: TextLoss<PolyEncoder, BatchTensors<SeparateCandidateBatch>> = (model, batch, mode) => ({ ...crossEntropy(model.forward(sideOf(batch, "query"), sideOf(batch, "document"), mode), batch.answers) });
