/**
 * Hidden patches filled in for users. Pictures in papers take mean and deviation of a standardised patch from the true
 * one; here the hidden pixels are unknown, so both are interpolated from the visible patches.
 */
import { tensor, hostArray } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { EVALUATE, gatherTokens, patchify, scatterTokens, unpatchify } from "../../nn/index.ts";
import { patchStatistics } from "../../objectives/index.ts";
import type { HiddenPatches, PatchGrid } from "../../lab/index.ts";
import type { PatchPredictor } from "./reconstruction-picture.ts";

/** The pictures with the predicted patches filled in, [B, 3, H, W], values 0..1. Pixels of hidden patches are not read. */
export function fillIn(model: PatchPredictor, hidden: HiddenPatches): Tensor {
  const { images, visible, predicted } = hidden;
  const patch = typeof model.patch === "number" ? { height: model.patch, width: model.patch } : model.patch;
  const grid = { rows: images.dim(2) / patch.height, columns: images.dim(3) / patch.width };
  const kept = gatherTokens(patchify(images, patch), visible); // [B, K, n]
  const values = model.predict(hidden, EVALUATE); // [B, P, n]
  const known = patchStatistics(kept, model);
  const weights = known === null ? null : nearness(predicted, visible, grid); // [B, P, K]
  const restored = known === null || weights === null ? values : values.mul(weights.matmul(known.deviation)).add(weights.matmul(known.mean));
  const tokens = grid.rows * grid.columns;
  const filled = scatterTokens(kept, visible, tokens).add(scatterTokens(restored.clip(0, 1), predicted, tokens));
  return unpatchify(filled, patch, { channels: images.dim(1), ...grid });
}

/** Weights of visible patches for each hidden one, by the inverse of the squared distance in the grid; rows sum to 1. [B, P, K] */
function nearness(predicted: Tensor, visible: Tensor, { rows, columns }: PatchGrid): Tensor {
  const places = tensor(hostArray(Float32Array.from({ length: rows * columns * 2 }, (_, i) => (i % 2 === 0 ? Math.floor(i / 2 / columns) : (i >> 1) % columns)), [1, rows * columns, 2]));
  const at = (ids: Tensor): Tensor => gatherTokens(places, ids);
  const [batch, asked] = predicted.shape as [number, number];
  const known = visible.dim(1);
  const squared = at(predicted).reshape([batch, asked, 1, 2]).sub(at(visible).reshape([batch, 1, known, 2])).square().sum(-1);
  const inverse = squared.pow(-1);
  return inverse.div(inverse.sum(-1, { keepDims: true }));
}
