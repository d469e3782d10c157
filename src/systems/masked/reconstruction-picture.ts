/** What people look at: original, what the encoder saw, and what the decoder made of it, one example a row. */
import { compile } from "../../engine/index.ts";
import type { Device, HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE, gatherTokens, patchify, scatterTokens, unpatchify } from "../../nn/index.ts";
import type { Mode, PatchSize } from "../../nn/index.ts";
import { denormalizePatches } from "../../objectives/index.ts";
import type { PatchNormalization } from "../../objectives/index.ts";
import type { Picture } from "../../lab/index.ts";
import type { MaskedBatch } from "./masked-autoencoder.ts";

const GAP = 4;
const GREY = 0.5;

/** A model that predicts standardised patches of pictures, or of clips when its patches have frames. */
export interface PatchPredictor {
  readonly patch: number | PatchSize;
  readonly epsilon: number;
  /** Default patch. */
  readonly normalize?: PatchNormalization;
  predict(batch: MaskedBatch, mode: Mode): Tensor;
}

/** Pictures [B, 3, H, W]; clips lie as strips of frames, [B, 3, H, T * W]. */
export interface Reconstruction {
  readonly original: Tensor;
  /** The visible patches on grey. */
  readonly seen: Tensor;
  /** Also the predicted patches, de-normalised with the true patch's mean and deviation. */
  readonly filled: Tensor;
}

export function reconstruct(model: PatchPredictor, batch: MaskedBatch): Reconstruction {
  const { images, visible, predicted } = batch;
  const patch: PatchSize = typeof model.patch === "number" ? { height: model.patch, width: model.patch } : model.patch;
  const patches = patchify(images, patch); // [B, N, n]
  const tokens = patches.dim(1);
  const restored = denormalizePatches(model.predict(batch, EVALUATE), gatherTokens(patches, predicted), model);
  const kept = gatherTokens(patches, visible);
  const shown = scatterTokens(kept, visible, tokens);
  const hidden = scatterTokens(kept.mul(0).add(1), visible, tokens).neg().add(1); // 1 where nothing is visible
  const filled = shown.add(scatterTokens(restored, predicted, tokens));
  const untouched = hidden.sub(scatterTokens(restored.mul(0).add(1), predicted, tokens)).maximum(0);
  const strip = (values: Tensor): Tensor => asStrip(values, patch, images);
  return { original: strip(patches), seen: strip(shown.add(hidden.mul(GREY))), filled: strip(filled.add(untouched.mul(GREY))) };
}

function asStrip(patches: Tensor, patch: PatchSize, { shape, rank }: Tensor): Tensor {
  const [channels, height, width] = shape.slice(-3) as [number, number, number];
  const grid = { channels, rows: height / patch.height, columns: width / patch.width };
  if (rank === 4) return unpatchify(patches, patch, grid);
  const [batch, frames] = shape as [number, number];
  const clips = unpatchify(patches, patch, { ...grid, steps: frames / (patch.frames ?? 1) }); // [B, T, C, H, W]
  return clips.transpose([0, 2, 3, 1, 4]).reshape([batch, channels, height, frames * width]);
}

/** A sheet of rows [original | visible | filled]. */
export async function reconstructionPicture(model: PatchPredictor, batch: Readonly<Record<"images" | "visible" | "predicted", HostArray>>, caption: string, device?: Device): Promise<Picture> {
  const run = compile((inputs: MaskedBatch) => reconstruct(model, inputs), { device, name: "reconstruction" });
  const { original, seen, filled } = await run(batch);
  await run.release();
  return pictureSheet([original, seen, filled], caption);
}

/** Pictures of columns [B, 3, H, W] side by side, one example a row. */
export function pictureSheet(columns: readonly HostArray[], caption: string): Picture {
  const [rows, , height, width] = columns[0]?.shape as [number, number, number, number];
  const sheet = { width: columns.length * (width + GAP) - GAP, height: rows * (height + GAP) - GAP };
  const pixels = new Uint8Array(sheet.width * sheet.height * 4);
  for (let row = 0; row < rows; row++) {
    columns.forEach(({ data }, column) => {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const at = 4 * ((row * (height + GAP) + y) * sheet.width + column * (width + GAP) + x);
          for (let channel = 0; channel < 3; channel++) {
            const value = Number(data[((row * 3 + channel) * height + y) * width + x]);
            pixels[at + channel] = Math.round(255 * Math.min(1, Math.max(0, value)));
          }
          pixels[at + 3] = 255;
        }
      }
    });
  }
  return { caption, ...sheet, pixels };
}
