/** Fast scorers of labels that learn nothing: shared words, and the cosine of averaged word vectors. */
import { analyze } from "../../data/search/index.ts";
import type { WordVectors } from "../../data/sources/glove.ts";
import type { FastScorer } from "./conformal-zero-shot-classifier.ts";

const wordsIn = (text: string): string[] => analyze(text, { kind: "words" });

/** Share of the label's distinct words that the text has. `labels` are names, or names with descriptions. */
export function overlapScorer(labels: readonly string[]): FastScorer {
  const wanted = labels.map((label) => new Set(wordsIn(label)));
  return (texts) => Promise.resolve(texts.map((text) => {
    const there = new Set(wordsIn(text));
    return wanted.map((words) => [...words].filter((word) => there.has(word)).length / Math.max(1, words.size));
  }));
}

/** Cosine between the mean word vectors of text and label; 0 where one of them has no known word. */
export function cosineScorer(labels: readonly string[], { words, vectors, width }: Pick<WordVectors, "words" | "vectors" | "width">): FastScorer {
  const places = new Map(words.map((word, i) => [word, i]));
  const unit = (text: string): Float64Array => {
    const mean = new Float64Array(width);
    for (const word of wordsIn(text)) {
      const place = places.get(word);
      if (place !== undefined) for (let d = 0; d < width; d++) mean[d] = (mean[d] as number) + (vectors[place * width + d] as number);
    }
    const length = Math.hypot(...mean) || 1;
    return mean.map((value) => value / length);
  };
  const known = labels.map(unit);
  return (texts) => Promise.resolve(texts.map((text) => {
    const own = unit(text);
    return known.map((label) => label.reduce((sum, value, d) => sum + value * (own[d] as number), 0));
  }));
}
