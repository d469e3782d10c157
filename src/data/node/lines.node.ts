/** Lines of a byte stream, decoded strictly and one at a time: a broken line is told and the next one goes on. */
import type { Readable } from "node:stream";

export type Line = { readonly number: number; readonly text: string } | { readonly number: number; readonly problem: string };

export interface LineOptions {
  /** Bytes a line may have; longer ones are passed over without being held in memory. */
  readonly longest: number;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

function decoded(bytes: Buffer, number: number): Line {
  let content = bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes;
  if (number === 1 && content[0] === 0xef && content[1] === 0xbb && content[2] === 0xbf) content = content.subarray(3); // byte order mark
  if (number === 1 && ((content[0] === 0xff && content[1] === 0xfe) || (content[0] === 0xfe && content[1] === 0xff))) return { number, problem: "the file is UTF-16; save it as UTF-8" };
  if (content.includes(0)) return { number, problem: "holds a NUL byte" };
  try {
    return { number, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content) };
  } catch {
    return { number, problem: "is not UTF-8" };
  }
}

export async function* linesOf(stream: Readable, { longest }: LineOptions): AsyncGenerator<Line> {
  let number = 1;
  let held: Buffer[] = [];
  let size = 0; // of the line so far, held or not
  const finish = (): Line => {
    const line = size > longest ? { number, problem: `has more than ${longest} bytes` } : decoded(held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held), number);
    number++;
    held = [];
    size = 0;
    return line;
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      const part = chunk.subarray(start, end < 0 ? chunk.length : end);
      size += part.length;
      if (size > longest) held = [];
      else if (part.length > 0) held.push(part);
      if (end < 0) break;
      yield finish();
      start = end + 1;
    }
  }
  if (size > 0) yield finish();
}
