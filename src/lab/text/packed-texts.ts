/** Many texts as ids end to end: a corpus is tokenised once, and a row is a view that costs nothing. */
import type { TextDocument, Tokenizer } from "../../data/index.ts";

export class PackedTexts {
  /** int32, the ids of all texts. */
  readonly ids: Int32Array;
  /** [texts + 1], where each begins; the last entry is the number of ids. */
  readonly starts: Int32Array;

  constructor(ids: Int32Array, starts: Int32Array) {
    this.ids = ids;
    this.starts = starts;
  }

  get count(): number {
    return this.starts.length - 1;
  }

  /** Tokens of text i. */
  lengthOf(i: number): number {
    return (this.starts[i + 1] as number) - (this.starts[i] as number);
  }

  /** Ids of text i, a view. */
  at(i: number): Int32Array {
    return this.ids.subarray(this.starts[i], this.starts[i + 1]);
  }
}

/** Tokenises texts, each cut to `maximum` ids. */
export function packTexts(texts: Iterable<string>, tokenizer: Pick<Tokenizer, "encode">, maximum = Infinity): PackedTexts {
  const starts = [0];
  let ids = new Int32Array(1 << 12);
  let used = 0;
  for (const text of texts) {
    const encoded = tokenizer.encode(text);
    const length = Math.min(encoded.length, maximum);
    if (used + length > ids.length) {
      const grown = new Int32Array(2 * (used + length));
      grown.set(ids);
      ids = grown;
    }
    ids.set(encoded.subarray(0, length), used);
    used += length;
    starts.push(used);
  }
  return new PackedTexts(ids.slice(0, used), Int32Array.from(starts));
}

/** Runs of neighbouring paragraphs of one document. */
export interface Passages {
  /** All paragraphs. */
  readonly paragraphs: PackedTexts;
  /** [passages + 1], first paragraph of each. */
  readonly starts: Int32Array;
  /** [passages], tokens of each. */
  readonly lengths: Int32Array;
}

/** Cuts documents at ends of paragraphs into passages of at least `tokens` ids; the last of a document may be shorter. */
export function packPassages(documents: readonly TextDocument[], tokenizer: Pick<Tokenizer, "encode">, tokens: number): Passages {
  const paragraphs = packTexts(documents.flatMap((document) => document.paragraphs), tokenizer);
  const starts = [0];
  const lengths: number[] = [];
  let paragraph = 0;
  for (const document of documents) {
    const end = paragraph + document.paragraphs.length;
    let length = 0;
    while (paragraph < end) {
      length += paragraphs.lengthOf(paragraph++);
      if (length < tokens && paragraph < end) continue;
      starts.push(paragraph);
      lengths.push(length);
      length = 0;
    }
  }
  return { paragraphs, starts: Int32Array.from(starts), lengths: Int32Array.from(lengths) };
}

/** The paragraphs of a passage. */
export const paragraphsOf = ({ paragraphs, starts }: Passages, passage: number): Int32Array[] => {
  const [first, end] = [starts[passage] as number, starts[passage + 1] as number];
  return Array.from({ length: end - first }, (_, i) => paragraphs.at(first + i));
};
