/** What people look at: original, what the encoder saw, and what the decoder made of it, one picture a row. */
import { compile } from "../../engine/index.ts";
import type { Device, HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE, gatherTokens, patchify, scatterTokens, unpatchify } from "../../nn/index.ts";
import type { Picture } from "../../lab/index.ts";
import type { MaskedAutoencoder, MaskedBatch } from "./masked-autoencoder.ts";

const GAP = 4;
const GREY = 0.5;

/** Pixels [B, 3, H, W] predicted for the asked patches, de-normalised with the true patch's mean and deviation; the visible patches as they are. */
export function reconstruct(model: MaskedAutoencoder, batch: MaskedBatch): { readonly seen: Tensor; readonly filled: Tensor } {
  const { images, visible, predicted } = batch;
  const patch = { height: model.patch, width: model.patch };
  const patches = patchify(images, patch); // [B, N, n]
  const tokens = patches.dim(1);
  const truth = gatherTokens(patches, predicted);
  const deviation = truth.variance(-1, { keepDims: true, correction: 1 }).add(model.epsilon).sqrt();
  const restored = model.predict(batch, EVALUATE).mul(deviation).add(truth.mean(-1, { keepDims: true }));
  const shown = scatterTokens(gatherTokens(patches, visible), visible, tokens);
  const hidden = scatterTokens(gatherTokens(patches, visible).mul(0).add(1), visible, tokens);
  const side = Math.sqrt(tokens);
  const image = (values: Tensor): Tensor => unpatchify(values, { ...patch }, { channels: 3, rows: side, columns: side });
  return { seen: image(shown.add(hidden.neg().add(1).mul(GREY))), filled: image(shown.add(scatterTokens(restored, predicted, tokens))) };
}

/** A sheet of rows [original | visible | filled]. */
export async function reconstructionPicture(model: MaskedAutoencoder, batch: Readonly<Record<"images" | "visible" | "predicted", HostArray>>, caption: string, device?: Device): Promise<Picture> {
  const run = compile((inputs: MaskedBatch) => reconstruct(model, inputs), { device, name: "reconstruction" });
  const { seen, filled } = await run(batch);
  await run.release();
  const [rows, , height, width] = batch.images.shape as [number, number, number, number];
  const columns = [batch.images, seen, filled];
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
