/** Dual masking of clips (VideoMAE V2, arXiv 2303.16727): what the encoder sees, what the decoder is shown, what is scored. */
import { hostArray } from "../../engine/index.ts";
import type { HostArray, RandomStream } from "../../engine/index.ts";
import { floorShare, idRows } from "../../nn/index.ts";
import { runningCell } from "../../data/masking/running-cell.ts";
import { tubeMask } from "../../data/masking/tube-mask.ts";

/** Tokens of a clip along time and space; ids are time-major. */
export interface ClipGrid {
  readonly steps: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Which places the decoder restores: "hidden" is VideoMAE, all that the encoder does not see; "running cell" and "random"
 * are half of ALL places, those that the encoder sees among them.
 */
export type DecoderPlaces = "hidden" | "running cell" | "random";

export interface ClipMasks {
  /** int32 [B, K], places the encoder sees: a tube. */
  readonly visible: HostArray;
  /** int32 [B, P], places the decoder restores. */
  readonly predicted: HostArray;
  /** float32 [B, P]: 1 where such a place is hidden from the encoder and so counts in the loss. */
  readonly scored: HostArray;
}

/** Masks of `rows` views. The tube of a view does not depend on the decoder's places. */
export function clipMasks(random: RandomStream, views: number, { steps, rows, columns }: ClipGrid, tubeRatio: number, places: DecoderPlaces): ClipMasks {
  const drawn = Array.from({ length: views }, (_, view) => {
    const tube = tubeMask(random.child(view, "tube"), steps, rows * columns, tubeRatio);
    const draw = random.child(view, "decoder");
    const choose = {
      hidden: () => tube.hidden,
      "running cell": () => runningCell(draw.integer(4), steps, rows, columns),
      random: () => draw.permutation(steps * rows * columns).slice(0, floorShare(0.5, steps * rows * columns)).sort(),
    } satisfies Record<DecoderPlaces, () => Int32Array>;
    const seen = new Set(tube.visible);
    const predicted = choose[places]();
    return { visible: tube.visible, predicted, scored: Float32Array.from(predicted, (place) => (seen.has(place) ? 0 : 1)) };
  });
  const predicted = idRows(drawn.map((view) => view.predicted));
  return { visible: idRows(drawn.map((view) => view.visible)), predicted, scored: hostArray(Float32Array.from(drawn.flatMap(({ scored }) => Array.from(scored))), predicted.shape) };
}
