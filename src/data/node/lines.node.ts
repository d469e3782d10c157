/**
 * Lines of a byte stream, decoded strictly and one at a time: a broken line is told and the next one goes on. Lines end with
 * a line feed; in a stream without one they end with a carriage return, as very old files have it.
 */
export type Line = { readonly number: number; readonly text: string } | { readonly number: number; readonly problem: string };

export interface LineOptions {
  /** Bytes a line may have; longer ones are passed over without being held in memory. */
  readonly longest: number;
  /** Told the bytes of the stream up to the end of each line, before the line is given out. */
  readonly onBytes?: (bytes: number) => void;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Parts of a stream without a line feed. */
function* atReturns(bytes: Buffer): Generator<Buffer> {
  let start = 0;
  for (let end = bytes.indexOf(RETURN); end >= 0; end = bytes.indexOf(RETURN, start)) {
    yield bytes.subarray(start, end);
    start = end + 1;
  }
  if (start < bytes.length) yield bytes.subarray(start);
}

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

export async function* linesOf(stream: AsyncIterable<Buffer>, { longest, onBytes }: LineOptions): AsyncGenerator<Line> {
  let number = 1;
  let held: Buffer[] = [];
  let size = 0; // of the line so far, held or not
  let returns = false; // whether there was one
  let passed = 0; // bytes of the chunks before
  const whole = (): Buffer => (held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held));
  const finish = (): Line => {
    const line = size > longest ? { number, problem: `has more than ${longest} bytes` } : decoded(whole(), number);
    number++;
    held = [];
    size = 0;
    return line;
  };
  for await (const chunk of stream) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      const part = chunk.subarray(start, end < 0 ? chunk.length : end);
      size += part.length;
      returns ||= part.includes(RETURN);
      if (size > longest) held = [];
      else if (part.length > 0) held.push(part);
      if (end < 0) break;
      onBytes?.(passed + end + 1);
      yield finish();
      start = end + 1;
    }
    passed += chunk.length;
  }
  onBytes?.(passed);
  if (number > 1 || !returns) {
    if (size > 0) yield finish();
  } else if (size > longest) yield { number, problem: `has more than ${longest} bytes and no line feed: its lines end with carriage returns only; save it with line feeds` };
  else for (const part of atReturns(whole())) yield decoded(part, number++);
}
