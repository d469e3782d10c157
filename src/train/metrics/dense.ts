/** Metrics of dense prediction: segmentation and depth. */
import { confusionMatrix, requirePaired } from "./classification.ts";
import type { Ids } from "./classification.ts";

/**
 * Mean over classes of intersection over union, on the pixels of all images together. A class that occurs in neither
 * truth nor prediction is left out. Pixels whose true class is `ignore` do not count.
 */
export function meanIoU(truth: Ids, predicted: Ids, classes: number, ignore?: number): number {
  const kept = Array.from({ length: truth.length }, (_, i) => i).filter((i) => truth[i] !== ignore);
  const counts = confusionMatrix(kept.map((i) => truth[i] as number), kept.map((i) => predicted[i] as number), classes);
  const ratios: number[] = [];
  for (let c = 0; c < classes; c++) {
    let union = -(counts[c * classes + c] as number);
    for (let other = 0; other < classes; other++) union += (counts[c * classes + other] as number) + (counts[other * classes + c] as number);
    if (union > 0) ratios.push((counts[c * classes + c] as number) / union);
  }
  return ratios.reduce((total, value) => total + value, 0) / ratios.length;
}

/** Mean of |prediction - truth| / truth over pixels with a positive true depth. */
export function absoluteRelativeError(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  requirePaired("absoluteRelativeError", truth, predicted);
  let total = 0;
  let count = 0;
  for (let i = 0; i < truth.length; i++) {
    const depth = truth[i] as number;
    if (!(depth > 0)) continue;
    total += Math.abs((predicted[i] as number) - depth) / depth;
    count++;
  }
  if (count === 0) throw new RangeError("absoluteRelativeError: no pixel has a positive true depth");
  return total / count;
}
