/** Cheap writers of summaries that train nothing, and the measures of what is written. */
import type { WordVectors } from "../../data/index.ts";
import { normalisedWords } from "../../data/dedupe.ts";
import { Bm25 } from "../../data/search/index.ts";
import { metrics } from "../../train/index.ts";
import { sentencesOf } from "../../lab/text/index.ts";
import type { SummarisedText } from "../../lab/text/index.ts";

/** The first sentence. */
export const leadSentence = (text: string): string => sentencesOf(text)[0] ?? text;

/**
 * The sentence that is most like the others (TextRank, Mihalcea and Tarau 2004): PageRank with damping 0.85 on a graph whose
 * edges weigh shared words / (ln |a| + ln |b|).
 */
export function centralSentence(text: string): string {
  const sentences = sentencesOf(text);
  const words = sentences.map((sentence) => new Set(normalisedWords(sentence)));
  const weight = (i: number, j: number): number => {
    const [a, b] = [words[i] as ReadonlySet<string>, words[j] as ReadonlySet<string>];
    const size = Math.log(a.size) + Math.log(b.size);
    return i === j || size <= 0 ? 0 : [...a].filter((word) => b.has(word)).length / size;
  };
  const weights = sentences.map((_, i) => sentences.map((__, j) => weight(i, j)));
  const totals = weights.map((row) => row.reduce((sum, value) => sum + value, 0));
  let ranks = sentences.map(() => 1);
  for (let round = 0; round < 30; round++) ranks = sentences.map((_, i) => 0.15 + 0.85 * ranks.reduce((sum, rank, j) => sum + ((totals[j] as number) === 0 ? 0 : (rank * (weights[j]?.[i] as number)) / (totals[j] as number)), 0));
  return sentences[ranks.indexOf(Math.max(...ranks))] ?? text;
}

const KEYWORDS = 4;

/** Writers that look things up in a pool of summarised texts. */
export class PoolWriters {
  private readonly index = new Bm25();
  private readonly pool: readonly SummarisedText[];

  constructor(pool: readonly SummarisedText[]) {
    pool.forEach(({ description }, i) => this.index.add(i, description));
    this.pool = pool;
  }

  /** The summary of the text in the pool that is nearest by BM25. */
  neighbour(text: string): string {
    const [hit] = this.index.search(text, 1);
    return this.pool[Number(hit?.id ?? 0)]?.summary ?? "";
  }

  /** The words that say most about the text: frequent in it, rare in the pool. */
  keywords(text: string): string {
    const counts = new Map<string, number>();
    for (const word of normalisedWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
    const best = [...counts].map(([word, count]) => [word, count * this.index.inverseDocumentFrequency(word)] as const).sort(([, a], [, b]) => b - a).slice(0, KEYWORDS).map(([word]) => word);
    return best.length < 2 ? best.join("") : `${best.slice(0, -1).join(", ")} and ${best.at(-1)}`;
  }
}

export const MEASURES = ["chrF", "ROUGE-L", "meaning"] as const;

/** Cosine of the means of word vectors; 0 where a text has no known word. */
export function meaningSimilarity({ words, width, vectors }: Pick<WordVectors, "words" | "width" | "vectors">): (a: string, b: string) => number {
  const places = new Map(words.map((word, i) => [word, i]));
  const meanOf = (text: string): Float64Array => {
    const sum = new Float64Array(width);
    for (const word of normalisedWords(text)) {
      const place = places.get(word);
      if (place !== undefined) for (let d = 0; d < width; d++) sum[d] = (sum[d] as number) + (vectors[place * width + d] as number);
    }
    return sum;
  };
  const product = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, d) => sum + value * (b[d] as number), 0);
  return (a, b) => {
    const [x, y] = [meanOf(a), meanOf(b)];
    const length = Math.sqrt(product(x, x) * product(y, y));
    return length === 0 ? 0 : product(x, y) / length;
  };
}

/** The three measures of a text against the true one. */
export const qualityOf = (written: string, truth: string, meaning: (a: string, b: string) => number): number[] => [metrics.chrF(written, truth), metrics.rougeL(written, truth), meaning(written, truth)];
