/** Sequence to sequence with teacher forcing: denoising, span corruption, translation, captions; what differs is how source and target are made. */
import { concat, full } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { crossEntropy } from "./cross-entropy.ts";
import type { CrossEntropy, CrossEntropyOptions } from "./cross-entropy.ts";

/** What the decoder reads to predict targets [B, T]: the start token and the targets but the last. */
export const shiftRight = (targets: Tensor, startId: number): Tensor => concat([full([targets.dim(0), 1], startId, targets.dtype), targets.sliceAxis(1, 0, targets.dim(1) - 1)], 1);

/** Logits [B, T, V] of the decoder against targets [B, T]; weights [B, T] are 0 for padding. */
export const seq2seqLoss = (logits: Tensor, targets: Tensor, options: Pick<CrossEntropyOptions, "weights" | "reduction" | "smoothing"> = {}): CrossEntropy => crossEntropy(logits, targets, options);
