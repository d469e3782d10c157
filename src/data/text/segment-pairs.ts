/** Two segments of one document, or of two: rows for next-sentence tasks and for encoders that must look across. */
import type { RandomStream } from "../../engine/random/stream.ts";

/** A document as ids of its sentences or paragraphs. */
export type Sentences = readonly Int32Array[];

export interface SegmentPair {
  readonly a: Int32Array;
  readonly b: Int32Array;
  /** 1 if b follows a in one document. */
  readonly follows: 0 | 1;
}

export interface SegmentPairOptions {
  /** Tokens of both segments together, at most. */
  readonly room: number;
  /** Share of pairs whose second segment comes from another document; 0 for pairs of one document only. */
  readonly foreign?: number;
}

const joined = (parts: Sentences): Int32Array => {
  const all = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/**
 * A pair from the document `index`: neighbouring runs of sentences, cut in the middle by tokens. A document of one sentence
 * is cut inside it. Throws if it has fewer than two tokens.
 */
export function drawSegmentPair(random: RandomStream, documents: readonly Sentences[], index: number, { room, foreign = 0 }: SegmentPairOptions): SegmentPair {
  const half = Math.floor(room / 2);
  const document = documents[index] as Sentences;
  const cut = document.length > 1 ? random.integer(document.length - 1) + 1 : undefined;
  const whole = joined(document);
  if (whole.length < 2) throw new RangeError(`drawSegmentPair: document ${index} has ${whole.length} tokens, two segments need 2`);
  const [before, after] = cut === undefined ? [whole.subarray(0, whole.length >> 1), whole.subarray(whole.length >> 1)] : [joined(document.slice(0, cut)), joined(document.slice(cut))];
  const a = before.slice(Math.max(0, before.length - Math.max(half, room - after.length)));
  if (documents.length > 1 && random.bernoulli(foreign)) {
    const other = (index + 1 + random.integer(documents.length - 1)) % documents.length;
    return { a, b: joined(documents[other] as Sentences).slice(0, room - a.length), follows: 0 };
  }
  return { a, b: after.slice(0, room - a.length), follows: 1 };
}
