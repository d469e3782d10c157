/**
 * Uni-Encoder (arXiv 2106.01263, section 3): a context and all its candidates in one sequence. Every candidate begins at the
 * position after the context and sees the context and itself; one pass gives a score for each.
 *
 * Choices: positions are counted over real tokens of the context, so that padding changes nothing; a candidate's vector is the
 * mean over its real tokens; scores and masked words come from one corrupted pass in training.
 */
import { concat, hostArray, RandomStream, tensor } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { candidateLayout, candidateMask, Linear, Module, spanPool } from "../../nn/index.ts";
import type { CandidateLayoutOptions, CandidateVisibility, LmHead, Mode, TextEncoder } from "../../nn/index.ts";
import { crossEntropy, maskedLm } from "../../objectives/index.ts";
import { maskRow } from "../../data/masking/mask-policy.ts";
import type { MaskVocabulary } from "../../data/masking/mask-policy.ts";
import type { Batch, BatchStream } from "../../data/index.ts";
import type { HostArray } from "../../engine/index.ts";
import type { BatchTensors } from "../../train/index.ts";
import { separateCandidateBatches, sideOf } from "../../lab/text/index.ts";
import type { SeparateCandidateBatch, SeparateCandidateOptions, TokenRows } from "../../lab/text/index.ts";

export interface UniEncoderOptions {
  readonly random: RandomStream;
  readonly encoder: TextEncoder;
  readonly width: number;
  /** Restores masked words, for the auxiliary loss; default none. */
  readonly head?: LmHead;
  /** Who sees whom; default `arrow`, the paper's. `diagonal` is a bi-encoder, `square` hides nothing. */
  readonly visibility?: CandidateVisibility;
  /** Default `restart`, the paper's. */
  readonly positions?: CandidateLayoutOptions["positions"];
}

export interface UniEncoded {
  /** One for each candidate, [B, N]. */
  readonly scores: Tensor;
  /** Of the whole sequence, [B, Lc + N Lr, d]. */
  readonly states: Tensor;
}

export class UniEncoder extends Module {
  readonly encoder: TextEncoder;
  readonly head: LmHead | null;
  readonly score: Linear;
  readonly visibility: CandidateVisibility;
  readonly positions: CandidateLayoutOptions["positions"];

  constructor({ random, encoder, width, head, visibility = "arrow", positions = "restart" }: UniEncoderOptions) {
    super();
    this.encoder = encoder;
    this.head = head ?? null;
    this.score = new Linear(width, 1, { random: random.child("score"), bias: false }); // a softmax over candidates would not see a bias
    this.visibility = visibility;
    this.positions = positions;
  }

  /** Contexts [B, Lc] and N candidates of each, [B * N, Lr], each row with its own special tokens. */
  forward(context: TokenRows, candidates: TokenRows, mode: Mode): UniEncoded {
    const [batch, length] = context.ids.shape as [number, number];
    const layout = candidateLayout({ context: length, candidates: candidates.ids.dim(0) / batch, candidateLength: candidates.ids.dim(1), positions: this.positions });
    const packed = (part: (rows: TokenRows) => Tensor): Tensor => concat([part(context), part(candidates).reshape([batch, -1])], 1); // [B, L]
    const valid = packed((rows) => rows.valid);
    const isCandidate = tensor(hostArray(layout.segments.map((segment) => Math.min(1, segment)), [1, layout.length]));
    const padding = context.valid.logicalNot().cast("int32").sum(1, { keepDims: true }); // of the context, [B, 1]
    const positionIds = tensor(layout.positionIds).sub(isCandidate.mul(padding)); // [B, L]
    const { output } = this.encoder.forward(packed((rows) => rows.ids), mode, { valid, mask: candidateMask(layout, this.visibility), positionIds, ids: { segment: isCandidate } });
    const means = spanPool(output, tensor(layout.spans).mul(valid.cast("float32").unsqueeze(1))); // [B, N, d]
    return { scores: this.score.forward(means).squeeze(-1), states: output };
  }
}

/** Questions with some tokens hidden, candidates' and context's alike; places are those of the packed sequence, [B, k]. */
export type MaskedCandidateBatch = SeparateCandidateBatch & Batch & Readonly<Record<"places" | "labels" | "weights", HostArray>>;

export interface MaskedCandidateOptions extends SeparateCandidateOptions {
  readonly vocabulary: MaskVocabulary;
  /** Share of the tokens to predict; default 0.15. */
  readonly rate?: number;
}

/** The questions of `separateCandidateBatches` in the same order, corrupted anew each time. */
export function maskedCandidateBatches({ vocabulary, rate = 0.15, ...options }: MaskedCandidateOptions): BatchStream<MaskedCandidateBatch> {
  const plain = separateCandidateBatches(options);
  return {
    ...plain,
    async next() {
      const { epoch, step } = plain.state() as { readonly epoch: number; readonly step: number };
      return corrupted(await plain.next(), RandomStream.of(options.seed, "masks", epoch, step), vocabulary, rate);
    },
  };
}

function corrupted(batch: SeparateCandidateBatch, random: RandomStream, vocabulary: MaskVocabulary, rate: number): MaskedCandidateBatch {
  const questions = batch.queryIds.shape[0] as number;
  const sides = [batch.queryIds, batch.documentIds].map(({ data, shape }) => ({ data: data as Int32Array, shape, own: data.length / questions }));
  const length = sides.reduce((sum, { own }) => sum + own, 0);
  const count = Math.ceil(rate * length);
  const rows = Array.from({ length: questions }, (_, question) => {
    const ids = new Int32Array(length);
    let at = 0;
    for (const { data, own } of sides) {
      ids.set(data.subarray(question * own, (question + 1) * own), at);
      at += own;
    }
    return maskRow(random.child(question), ids, vocabulary, { count, rate });
  });
  const [contextLength = 0] = sides.map(({ own }) => own);
  const idsOf = (from: number, to: number, shape: readonly number[]): HostArray => hostArray(Int32Array.from(rows.flatMap(({ ids }) => [...ids.subarray(from, to)])), [...shape]);
  const stacked = (part: "places" | "labels"): HostArray => hostArray(Int32Array.from(rows.flatMap((row) => [...row[part]])), [questions, count]);
  return {
    ...batch,
    queryIds: idsOf(0, contextLength, batch.queryIds.shape),
    documentIds: idsOf(contextLength, length, batch.documentIds.shape),
    places: stacked("places"),
    labels: stacked("labels"),
    weights: hostArray(Float32Array.from(rows.flatMap(({ weights }) => [...weights])), [questions, count]),
  };
}

/** Cross-entropy over the candidates plus `maskedWeight` (1 in the paper) times that of the hidden tokens. */
export function uniLoss(model: UniEncoder, batch: BatchTensors<MaskedCandidateBatch>, mode: Mode, { maskedWeight = 1 }: { readonly maskedWeight?: number } = {}): { readonly loss: Tensor; readonly accuracy: Tensor; readonly masked: Tensor } {
  if (model.head === null) throw new Error("uniLoss: the auxiliary loss needs a head for masked words; build the UniEncoder with one");
  const { scores, states } = model.forward(sideOf(batch, "query"), sideOf(batch, "document"), mode);
  const { loss: choice, accuracy } = crossEntropy(scores, batch.answers);
  const { loss: masked } = maskedLm(model.head, states, { ids: batch.places, labels: batch.labels }, { weights: batch.weights });
  return { loss: choice.add(masked.mul(maskedWeight)), accuracy, masked };
}
