/** Any text model of Hugging Face as the encoder of search, from a folder or by its id on the hub. */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { TextEncoderPort } from "./models/port.ts";
import { fromPretrained } from "../../tasks/index.ts";
import type { FromPretrainedOptions, PretrainedText } from "../../tasks/index.ts";

/** Opens the model at `place`. Its id has a hash of its weights, so that vectors of other weights are never taken for its own. */
export async function openHuggingFaceEncoder(place: string, options?: FromPretrainedOptions): Promise<TextEncoderPort> {
  const model = await fromPretrained(place, options);
  const [dimension] = (await model.embed(["width"])).shape.slice(-1);
  return {
    id: `${basename(place)}@${weightsHash(model)}`,
    dimension: dimension as number,
    async encode(texts) {
      if (texts.length === 0) return [];
      const { data } = await model.embed(texts);
      const width = dimension as number;
      return texts.map((_, i) => unit((data as Float32Array).slice(i * width, (i + 1) * width)));
    },
    release: () => model.release(),
  };
}

function weightsHash({ module, stages }: PretrainedText): string {
  const hash = createHash("sha256");
  for (const part of [module, stages]) {
    for (const [name, { data }] of part.stateDict()) {
      hash.update(name);
      hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  }
  return hash.digest("base64url").slice(0, 12);
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
}
