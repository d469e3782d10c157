/**
 * The normalizer `Precompiled` of `tokenizer.json`: a table of replacements as sentencepiece compiles it, applied as Hugging
 * Face's Rust library does. The table is base64 of: the size of a trie in bytes (uint32, as all numbers little-endian), the
 * trie as a double array of uint32, and the replacements in UTF-8, each ended by a zero byte.
 */
import { TokenizerError } from "./tokenizer-json.ts";

/** The library looks up characters (at most 4 bytes) and graphemes of fewer than 6 bytes; longer keys are never found. */
const LONGEST_KEY = 5;
/** A table of all of Unicode's compatibility forms has some 10,000 nodes below its root; a damaged one may run in circles. */
const MOST_NODES = 1 << 18;
/** ASCII between its like: each character is a grapheme of its own. */
const PLAIN_RUN = /((?<![^ -~])[ -~]+(?![^ -~]))/;
const PLAIN = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));

const damaged = (what: string): TokenizerError => new TokenizerError(`tokenizer.json: normalizer: Precompiled: precompiled_charsmap: ${what}; the file is damaged, export the tokenizer again`);

/** Fields of a unit of the double array. */
const isParentOfLeaf = (unit: number): boolean => ((unit >>> 8) & 1) === 1;
const valueOf = (unit: number): number => unit & 0x7fffffff;
const labelOf = (unit: number): number => (unit & 0x800000ff) >>> 0; // a leaf's is no byte
const offsetOf = (unit: number): number => ((unit >>> 10) << ((unit & 0x200) >>> 6)) >>> 0;

function bytesOf(base64: unknown): Uint8Array {
  if (typeof base64 !== "string" || base64 === "") throw damaged(`expected a table in base64, got ${base64 === "" ? "an empty text" : base64 === null ? "null" : typeof base64}`);
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    throw damaged("is not base64");
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function utf8(bytes: Uint8Array, what: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw damaged(`${what} is not UTF-8`);
  }
}

/** Replacements by what they replace; keys of more than five bytes are left out. Throws TokenizerError for a table that is damaged. */
export function readReplacements(base64: unknown): ReadonlyMap<string, string> {
  const bytes = bytesOf(base64);
  const view = new DataView(bytes.buffer);
  const size = bytes.length < 4 ? 0 : view.getUint32(0, true);
  if (size === 0 || size % 4 !== 0 || 4 + size > bytes.length) throw damaged(`its trie has ${size} of ${bytes.length} bytes`);
  const units = Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
  const texts = bytes.subarray(4 + size);

  const textAt = (start: number): string => {
    if (start > texts.length) throw damaged(`a replacement begins at byte ${start} of ${texts.length}`);
    const end = texts.indexOf(0, start);
    return utf8(texts.subarray(start, end < 0 ? texts.length : end), `the replacement at byte ${start}`);
  };
  const unitAt = (index: number): number => {
    const unit = units[index];
    if (unit === undefined) throw damaged(`its trie points to unit ${index} of ${units.length}`);
    return unit;
  };

  const replacements = new Map<string, string>();
  const open: { readonly base: number; readonly key: readonly number[] }[] = [{ base: offsetOf(unitAt(0)), key: [] }];
  let nodes = 0;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (let byte = 1; byte < 256; byte++) {
      const index = (node.base ^ byte) >>> 0;
      const unit = unitAt(index);
      if (labelOf(unit) !== byte) continue;
      if (++nodes > MOST_NODES) throw damaged("its trie runs in circles");
      const key = [...node.key, byte];
      const base = (index ^ offsetOf(unit)) >>> 0;
      if (isParentOfLeaf(unit)) replacements.set(utf8(Uint8Array.from(key), "a key"), textAt(valueOf(unitAt(base))));
      if (key.length < LONGEST_KEY) open.push({ base, key });
    }
  }
  return replacements;
}

/** Bytes of a short text in UTF-8. */
function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

/**
 * The normalizer of a table. Of the keys that a grapheme or character begins with the *shortest* counts, and what it says
 * stands for the whole: with a table that folds case, A with a combining acute in two characters becomes a bare a. So it
 * is in the library, and models were trained that way.
 */
export function precompiled(base64: unknown): (text: string) => string {
  const replacements = readReplacements(base64);
  const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
  const keepsPlain = PLAIN.every((character) => !replacements.has(character));

  const lookUp = (chunk: string): string | undefined => {
    let prefix = "";
    for (const character of chunk) {
      prefix += character;
      const found = replacements.get(prefix);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const byCharacters = (text: string): string => Array.from(text, (character) => replacements.get(character) ?? character).join("");
  const ofGrapheme = (grapheme: string): string => (grapheme.length <= LONGEST_KEY && utf8Length(grapheme) <= LONGEST_KEY ? lookUp(grapheme) : undefined) ?? byCharacters(grapheme);

  return (text) =>
    text
      .split(PLAIN_RUN)
      .map((part, i) => {
        if (i % 2 === 1) return keepsPlain ? part : byCharacters(part);
        return part === "" ? "" : Array.from(graphemes.segment(part), ({ segment }) => ofGrapheme(segment)).join("");
      })
      .join("");
}
