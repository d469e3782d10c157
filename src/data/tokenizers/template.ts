/** Templates: the special tokens and segments around one or two texts, and cutting what does not fit. */
import type { Encoding } from "./tokenizer.ts";

/** A place of a template: a special token, or the ids of a text. */
export type TemplateItem = { readonly id: number; readonly segment: number } | { readonly text: "a" | "b"; readonly segment: number };

export interface Template {
  readonly single: readonly TemplateItem[];
  readonly pair: readonly TemplateItem[];
}

/** `[CLS] a [SEP]` and `[CLS] a [SEP] b [SEP]`, the second text in segment 1. */
export const bertTemplate = (cls: number, sep: number): Template => ({
  single: [{ id: cls, segment: 0 }, { text: "a", segment: 0 }, { id: sep, segment: 0 }],
  pair: [{ id: cls, segment: 0 }, { text: "a", segment: 0 }, { id: sep, segment: 0 }, { text: "b", segment: 1 }, { id: sep, segment: 1 }],
});

/** Lengths of two texts cut to `room` in all, the longer one first; equals lose from the second. */
export function cutLongestFirst(a: number, b: number, room: number): readonly [number, number] {
  const excess = a + b - room;
  if (excess <= 0) return [a, b];
  const level = Math.min(Math.abs(a - b), excess); // the longer one comes down to the other
  const rest = excess - level;
  const [x, y] = a > b ? [a - level, b] : [a, b - level];
  return [x - Math.floor(rest / 2), y - Math.ceil(rest / 2)];
}

/**
 * The same as Hugging Face's Rust library cuts: what the shorter text leaves is the longer one's, unless both have more than
 * half; then each has half, and the second the odd token.
 */
export function cutAsLibrary(a: number, b: number, room: number): readonly [number, number] {
  if (a + b <= room) return [a, b];
  if (2 * Math.min(a, b) > room) return [Math.floor(room / 2), Math.ceil(room / 2)];
  return a < b ? [a, room - a] : [room - b, b];
}

/** Puts ids into a template. `maximum` counts all ids, special ones too; throws if not even these fit. */
export function fillTemplate(template: Template, a: Int32Array, b: Int32Array | undefined, maximum = Infinity, cut = cutLongestFirst): Encoding {
  const items = b === undefined ? template.single : template.pair;
  const fixed = items.filter((item) => "id" in item).length;
  if (maximum < fixed) throw new RangeError(`assemble: maximum ${maximum} leaves no room: the template alone has ${fixed} special tokens`);
  const [keepA, keepB] = cut(a.length, b?.length ?? 0, maximum - fixed);
  const texts = { a: a.subarray(0, keepA), b: (b ?? new Int32Array(0)).subarray(0, keepB) };
  const length = fixed + keepA + keepB;
  const [ids, segments, special] = [new Int32Array(length), new Int32Array(length), new Uint8Array(length)];
  let at = 0;
  for (const item of items) {
    const part = "id" in item ? Int32Array.of(item.id) : texts[item.text];
    ids.set(part, at);
    segments.fill(item.segment, at, at + part.length);
    if ("id" in item) special[at] = 1;
    at += part.length;
  }
  return { ids, segments, special };
}
