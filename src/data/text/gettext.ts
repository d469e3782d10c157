/** Compiled catalogues of gettext (`.mo`): what a program says, and how a language says it. */
import { SourceError } from "../source-error.ts";

const MAGIC = 0x950412de;

/**
 * Translations by message: two tables of (length, offset) pairs, in the byte order that the first four bytes tell. The
 * header, the message "", is left out; messages with a context or a plural keep their separators (0x04, 0x00).
 */
export function readCatalogue(bytes: Uint8Array, name: string): Map<string, string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes.length >= 20 && view.getUint32(0, true) === MAGIC;
  if (!little && (bytes.length < 20 || view.getUint32(0, false) !== MAGIC)) throw new SourceError(`${name}: expected a compiled gettext catalogue, its first bytes are others`);
  const number = (at: number): number => {
    if (at + 4 > bytes.length) throw new SourceError(`${name}: the catalogue ends after ${bytes.length} bytes, byte ${at} was to be read`);
    return view.getUint32(at, little);
  };
  const decoder = new TextDecoder();
  const text = (entry: number): string => {
    const [length, offset] = [number(entry), number(entry + 4)];
    if (offset + length > bytes.length) throw new SourceError(`${name}: a text of ${length} bytes at ${offset} reaches beyond the end, ${bytes.length}`);
    return decoder.decode(bytes.subarray(offset, offset + length));
  };
  const [count, messages, translations] = [number(8), number(12), number(16)];
  const found = new Map<string, string>();
  for (let i = 0; i < count; i++) {
    const message = text(messages + 8 * i);
    if (message !== "") found.set(message, text(translations + 8 * i));
  }
  return found;
}
