/** A corpus of some paragraphs, and what Hugging Face's own tokenizers learn from it; see fixtures/make-reference.py. */
import { readFileSync } from "node:fs";

interface Reference {
  readonly models: Readonly<Record<"bpe" | "wordpiece" | "unigram", { readonly model: unknown }>>;
  readonly encodings: Readonly<Record<"bpe" | "wordpiece" | "unigram", readonly { readonly text: string; readonly ids: number[]; readonly offsets: number[] }[]>>;
}

const read = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");

export const CORPUS = read("corpus.txt").split("\n");
export const REFERENCE = JSON.parse(read("reference.json")) as Reference;

/** Texts that break naive tokenizers; the last holds a lone surrogate. */
export const HOSTILE = [
  "",
  " ",
  "\n\n\t  \r\n",
  "plain words, and 'quotes'.",
  "cafe\u0301 caf\u00e9 \u212b\ufb01",
  "\u65e5\u672c\u8a9e\ud55c\uad6d\uc5b4 \u0645\u0631\u062d\u0628\u0627",
  "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u{1f1e9}\u{1f1ea}",
  "\ufefffirst \u0000 null \u200b\u00ad\u202eright",
  "Z\u0351\u036b\u0343alg\u0301\u0327o",
  "x".repeat(3000),
  "lone \ud800 surrogate",
];
