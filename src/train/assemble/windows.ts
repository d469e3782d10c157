/** Pieces of documents that fit into a row. */
import type { RandomStream } from "../../engine/index.ts";
import type { Sentences } from "../../data/index.ts";
import type { Example, ExampleContext } from "./part.ts";

/** Ids of a document in one array. */
export const wholeOf = (document: Sentences): Int32Array => Int32Array.from(document.flatMap((part) => [...part]));

/** At most `room` tokens of a document, from a random place where it is longer. */
export function windowOf(random: RandomStream, document: Sentences, room: number): Int32Array {
  const whole = wholeOf(document);
  if (whole.length <= room) return whole;
  const start = random.integer(whole.length - room + 1);
  return whole.slice(start, start + room);
}

/** A labelled text from its beginning, with its second text where it has one. */
export const labelledExample = ({ corpus, index, room }: ExampleContext): Example => ({ a: wholeOf(corpus.documents[index] ?? []).slice(0, room), b: corpus.seconds?.[index]?.slice(0, room), label: corpus.labels?.[index] ?? 0 });
