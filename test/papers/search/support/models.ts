/** Models for tests: deterministic, tiny, and with a sense of meaning that words alone have not. */
import type { RerankerPort, TextEncoderPort } from "../../../../src/papers/search/models/port.ts";
import { termsOf } from "../../../../src/papers/search/terms.ts";

const DIMENSION = 48;
/** Words that mean the same, under the one that stands for both. */
const SYNONYMS: Readonly<Record<string, string>> = { picture: "image", photograph: "image", phrase: "sentence", spoken: "speech", speaking: "speech" };

export interface CountingEncoder extends TextEncoderPort {
  /** Texts it has encoded as documents. */
  readonly encoded: string[];
}

/** Adds a fixed direction for every word; texts with words of the same meaning are near. */
export function wordEncoder(id = "words-of-tests", dimension = DIMENSION): CountingEncoder {
  const encoded: string[] = [];
  return {
    id,
    dimension,
    encoded,
    encode(texts, role) {
      if (role === "document") encoded.push(...texts);
      return Promise.resolve(texts.map((text) => encodeWords(text, dimension)));
    },
    release: () => Promise.resolve(),
  };
}

/** Scores a document by the share of the query's words that it has. */
export function overlapReranker(): RerankerPort & { readonly asked: string[][] } {
  const asked: string[][] = [];
  return {
    id: "overlap-of-tests",
    asked,
    score(query, documents) {
      asked.push([...documents]);
      const words = new Set(termsOf(query));
      return Promise.resolve(Float32Array.from(documents, (document) => new Set(termsOf(document).filter((term) => words.has(term))).size / words.size));
    },
    release: () => Promise.resolve(),
  };
}

function encodeWords(text: string, dimension: number): Float32Array {
  const sum = new Float32Array(dimension);
  for (const term of new Set(termsOf(text))) {
    let state = [...(SYNONYMS[term] ?? term)].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16_777_619) >>> 0, 2_166_136_261);
    for (let i = 0; i < dimension; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      sum[i] = (sum[i] as number) + state / 2 ** 31 - 1;
    }
  }
  const length = Math.hypot(...sum) || 1;
  return sum.map((value) => value / length);
}
