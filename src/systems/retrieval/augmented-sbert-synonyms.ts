/** What augmentation was before silver labels, and the paper's baseline: gold pairs again, some words replaced by synonyms of WordNet. */
import type { WordNet } from "../../data/index.ts";
import type { RandomStream } from "../../engine/index.ts";
import type { ScoredTextPair } from "../../lab/text/index.ts";

/** Share of the words with synonyms that are replaced. */
const RATE = 0.3;

/** Words that share a synset with each word, single words only. */
export function synonymsOf({ synsets }: Pick<WordNet, "synsets">): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, Set<string>>();
  for (const { lemmas } of synsets) {
    const words = lemmas.filter((lemma) => /^[a-z]+$/.test(lemma));
    for (const word of words) for (const other of words) if (other !== word) known.set(word, (known.get(word) ?? new Set()).add(other));
  }
  return new Map([...known].map(([word, others]) => [word, [...others].sort()]));
}

/** A text with some of its words replaced; at least one where any has a synonym. */
export function replaceWords(text: string, synonyms: ReadonlyMap<string, readonly string[]>, random: RandomStream): string {
  const parts = text.split(/([A-Za-z]+)/);
  const places = Array.from(parts.keys()).filter((i) => synonyms.has(parts[i] as string));
  const chosen = random.shuffle([...places]).slice(0, Math.ceil(RATE * places.length));
  for (const i of chosen) parts[i] = random.choice(synonyms.get(parts[i] as string) as readonly string[]);
  return parts.join("");
}

/** `count` pairs: the gold pairs in turn, both texts changed, the score kept. */
export const paraphrased = (gold: readonly ScoredTextPair[], synonyms: ReadonlyMap<string, readonly string[]>, count: number, random: RandomStream): ScoredTextPair[] =>
  Array.from({ length: count }, (_, i) => {
    const { a, b, score } = gold[i % gold.length] as ScoredTextPair;
    const draw = random.child(i);
    return { a: replaceWords(a, synonyms, draw.child("a")), b: replaceWords(b, synonyms, draw.child("b")), score };
  });
