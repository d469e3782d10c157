/** The models of a scale run: the shipped ones, or a stand-in without learning that costs next to nothing. */
import type { QueryModels } from "../../src/papers/search/open-models.ts";
import { loadSearchModels } from "../../src/papers/search/models/load.ts";
import { termsOf } from "../../src/papers/search/terms.ts";
import { RandomStream } from "../../src/engine/index.ts";

const DIMENSION = 128;

export async function scaleModels(directory: string | undefined): Promise<QueryModels> {
  return directory === "none" ? directionsOfWords() : loadSearchModels(directory === undefined ? {} : { directory });
}

/** The sum of a fixed random direction for each word. */
function directionsOfWords(): QueryModels {
  const directions = new Map<string, Float32Array>();
  const directionOf = (term: string): Float32Array => {
    const known = directions.get(term) ?? directionFrom(RandomStream.of(0, "word", term));
    directions.set(term, known);
    return known;
  };
  const encodeOne = (text: string): Float32Array => {
    const sum = new Float32Array(DIMENSION);
    for (const term of termsOf(text)) directionOf(term).forEach((value, i) => (sum[i] = (sum[i] as number) + value));
    const length = Math.hypot(...sum) || 1;
    return sum.map((value) => value / length);
  };
  return {
    encoder: { id: `directions of words, ${DIMENSION}`, dimension: DIMENSION, encode: (texts) => Promise.resolve(texts.map(encodeOne)), release: () => Promise.resolve() },
    release: () => Promise.resolve(),
  };
}

function directionFrom(random: RandomStream): Float32Array {
  return Float32Array.from({ length: DIMENSION }, () => random.normal());
}
