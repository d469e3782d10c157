/** Where the tokens of a byte-level vocabulary stand in their text: exact, since they spell its bytes one after the other. */
import type { TokenSpans } from "./tokenizer.ts";

/** Spans of the tokens found, without ids. */
export type Spans = Pick<TokenSpans, "starts" | "ends">;

const SPACE = 0x20;
const isSpace = (character: string | undefined): boolean => character !== undefined && /\s/.test(character);

/** UTF-16 position of the character that each byte belongs to, and of the one after it; [bytes]. */
function characterSpans(text: string): { readonly from: Int32Array; readonly to: Int32Array; readonly bytes: Uint8Array } {
  const bytes = new TextEncoder().encode(text);
  const [from, to] = [new Int32Array(bytes.length), new Int32Array(bytes.length)];
  let unit = 0;
  let byte = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4; // a lone surrogate becomes U+FFFD: 3 bytes too
    from.fill(unit, byte, byte + size);
    to.fill(unit + character.length, byte, byte + size);
    unit += character.length;
    byte += size;
  }
  return { from, to, bytes };
}

/** `pieces`: bytes of each token. A space that the tokenizer put in front of the text stands for nothing of it. */
export function alignBytes(text: string, pieces: readonly Uint8Array[]): Spans {
  const { from, to, bytes } = characterSpans(text);
  const [starts, ends] = [new Int32Array(pieces.length), new Int32Array(pieces.length)];
  let at = 0;
  for (const [i, piece] of pieces.entries()) {
    const inserted = piece[0] === SPACE && bytes[at] !== SPACE ? 1 : 0;
    while (at < bytes.length && piece[inserted] !== bytes[at] && isSpace(text[from[at] as number])) at++; // spaces that added tokens swallow
    const length = Math.min(piece.length - inserted, bytes.length - at);
    let start = length > 0 ? (from[at] as number) : at < bytes.length ? (from[at] as number) : text.length;
    let end = length > 0 ? (to[at + length - 1] as number) : start;
    if (text.slice(start, end).trim() !== "") {
      while (isSpace(text[start])) start++;
      while (isSpace(text[end - 1])) end--;
    }
    starts[i] = start;
    ends[i] = end;
    at += length;
  }
  return { starts, ends };
}
