/**
 * Where tokens stand in their text when the tokenizer normalised it first (case, accents, compatibility forms, spaces).
 * Text and tokens are folded alike, so that neither those changes nor their order matter, and the folded tokens are found
 * one after the other.
 */
import type { Spans } from "./align-bytes.ts";

/** A token's text without marks of its vocabulary; `unknown` tokens stand for text that was lost. */
export type Surface = { readonly text: string } | { readonly unknown: true };

/** How much one unknown token stands for: a word (WordPiece), one character (BPE), or all up to the next token (Unigram). */
export type UnknownExtent = "word" | "character" | "run";

/** Compatibility decomposition, lower case, without combining marks, spaces, control and format characters. */
const fold = (text: string): string => text.normalize("NFKD").toLowerCase().normalize("NFKD").replace(/[\p{M}\s\p{C}\u2581\ufffd]/gu, "");

interface FoldedText {
  readonly text: string;
  /** Span of the character that each folded unit came from. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

function foldedText(text: string): FoldedText {
  const [from, to]: [number[], number[]] = [[], []];
  let folded = "";
  let unit = 0;
  for (const character of text) {
    const units = fold(character);
    folded += units;
    for (let i = 0; i < units.length; i++) {
      from.push(unit);
      to.push(unit + character.length);
    }
    unit += character.length;
  }
  return { text: folded, from, to };
}

/** Where BERT cuts words: spaces, punctuation, all ASCII signs, Chinese characters. */
const BREAKS = /[\s\p{P}$+<=>^`|~\u3400-\u9fff]/u;

/** Folded units that an unknown token at `at` takes; `next` is where the next known token begins. */
function unknownLength(extent: UnknownExtent, original: string, folded: FoldedText, at: number, next: number): number {
  if (extent === "run") return next - at;
  let end = at + 1;
  const sameCharacter = (unit: number): boolean => folded.from[unit] === folded.from[at];
  while (end < next && sameCharacter(end)) end++;
  if (extent === "character" || BREAKS.test(original.slice(folded.from[at], folded.to[at]))) return end - at;
  while (end < next && !BREAKS.test(original.slice(folded.to[end - 1], folded.to[end]))) end++;
  return end - at;
}

export function alignFolded(text: string, surfaces: readonly Surface[], extent: UnknownExtent): Spans {
  const folded = foldedText(text);
  const wanted = surfaces.map((surface) => ("text" in surface ? fold(surface.text) : undefined));
  const [starts, ends] = [new Int32Array(surfaces.length), new Int32Array(surfaces.length)];
  let at = 0;
  for (const [i, piece] of wanted.entries()) {
    if (at >= folded.text.length || piece === "") {
      starts[i] = at > 0 ? (folded.to[at - 1] as number) : 0; // the spaces between two tokens, or nothing left
      ends[i] = at < folded.text.length ? (folded.from[at] as number) : text.length;
      continue;
    }
    const found = piece === undefined ? at : folded.text.indexOf(piece, at);
    const start = found < 0 ? at : found; // a token the folding does not explain takes what comes next
    const length = piece === undefined ? unknownLength(extent, text, folded, at, nextStart(folded.text, wanted, i, at + 1)) : Math.min(piece.length, folded.text.length - start);
    starts[i] = folded.from[start] as number;
    ends[i] = folded.to[start + length - 1] as number;
    at = start + length;
  }
  return { starts, ends };
}

/** Where the first known token after token `i` can begin, not before `from`. */
function nextStart(text: string, wanted: readonly (string | undefined)[], i: number, from: number): number {
  const piece = wanted.find((other, j) => j > i && other !== undefined && other !== "");
  const found = piece === undefined ? -1 : text.indexOf(piece, from);
  return found < 0 ? text.length : found;
}
