/**
 * The printable character that byte-level vocabularies write for each byte (GPT-2): bytes that print in Latin-1 stand for
 * themselves, all others are numbered from U+0100 on. A space becomes U+0120, a line end U+010A.
 */

const prints = (byte: number): boolean => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;

/** [256] character of each byte. */
export const BYTE_CHARACTERS: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(prints(byte) ? byte : next++));
})();

const BYTES = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]));

/** Bytes of a token of a byte-level vocabulary; undefined if a character of it stands for no byte. */
export function bytesOfToken(token: string): Uint8Array | undefined {
  const bytes = new Uint8Array(token.length);
  for (let i = 0; i < token.length; i++) {
    const byte = BYTES.get(token[i] as string);
    if (byte === undefined) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}

/** Spelling of a text in a byte-level vocabulary. Lone surrogates become U+FFFD, as in all UTF-8. */
export function byteCharacters(text: string): string {
  let spelled = "";
  for (const byte of new TextEncoder().encode(text)) spelled += BYTE_CHARACTERS[byte];
  return spelled;
}
