/**
 * Where added tokens stand in a text, found as the Rust library does: those that are not normalised in the text as it is,
 * then the others, in their normalised form, in what is left of the text after it is normalised. Of several that begin at
 * one place the longest counts.
 */
import { WORD } from "./library-json.ts";
import type { TokenizerJson } from "./tokenizer-json.ts";
import { escapePattern } from "../text/escape-pattern.ts";

export interface AddedToken {
  readonly id: number;
  readonly content: string;
}

/** A stretch of normalised text without added tokens, or one added token. */
export type Section = { readonly text: string; /** Whether the text begins with it. */ readonly first: boolean } | { readonly token: AddedToken };

type Normalise = (text: string) => string;
type DeclaredToken = TokenizerJson["added_tokens"][number];

const SPACE = /\p{White_Space}/u; // all of one unit
const WORD_ENDS = new RegExp(`[${WORD}]$`, "u");
const WORD_BEGINS = new RegExp(`^[${WORD}]`, "u");

/** Cuts texts at some tokens. */
class Cutter {
  private readonly tokens: ReadonlyMap<string, DeclaredToken>;
  private readonly pattern: RegExp | undefined;

  /** `spell` gives the form in which a token is looked for; of two with one form the first counts. */
  constructor(tokens: readonly DeclaredToken[], spell: Normalise) {
    this.tokens = new Map(tokens.map((token) => [spell(token.content), token] as const).filter(([text]) => text !== "").reverse());
    const longestFirst = [...this.tokens.keys()].sort((a, b) => b.length - a.length);
    this.pattern = longestFirst.length === 0 ? undefined : new RegExp(longestFirst.map(escapePattern).join("|"), "g");
  }

  /** Tokens and the stretches between them, in order; stretches are not empty. */
  cut(text: string): readonly (string | DeclaredToken)[] {
    if (this.pattern === undefined || text.search(this.pattern) < 0) return text === "" ? [] : [text];
    const parts: (string | DeclaredToken)[] = [];
    let taken = 0;
    for (const { 0: found, index } of text.matchAll(this.pattern)) {
      const token = this.tokens.get(found) as DeclaredToken; // the pattern has its keys alone
      let [start, end] = [index, index + found.length];
      // A character is at most two units, and a mark that belongs to it is of a word too.
      if (token["single_word"] === true && (WORD_ENDS.test(text.slice(Math.max(0, start - 2), start)) || WORD_BEGINS.test(text.slice(end, end + 2)))) continue;
      if (token["lstrip"] === true) while (start > taken && SPACE.test(text[start - 1] as string)) start--;
      if (token["rstrip"] === true) while (end < text.length && SPACE.test(text[end] as string)) end++;
      if (start > taken) parts.push(text.slice(taken, start));
      parts.push(token);
      taken = end;
    }
    if (taken < text.length) parts.push(text.slice(taken));
    return parts;
  }
}

export class AddedTokens {
  private readonly normalise: Normalise;
  private readonly asWritten: Cutter;
  private readonly normalised: Cutter;

  constructor(tokens: readonly DeclaredToken[], normalizer: Normalise | null) {
    this.normalise = normalizer ?? ((text) => text);
    const isNormalised = ({ normalized, special }: DeclaredToken): boolean => (typeof normalized === "boolean" ? normalized : special !== true);
    this.asWritten = new Cutter(tokens.filter((token) => !isNormalised(token)), (content) => content);
    this.normalised = new Cutter(tokens.filter(isNormalised), this.normalise);
  }

  /** Normalises a text and cuts it at the added tokens. */
  sections(text: string): readonly Section[] {
    return this.asWritten.cut(text).flatMap((part, i): Section[] => {
      if (typeof part !== "string") return [{ token: part }];
      return this.normalised.cut(this.normalise(part)).map((inner, j) => (typeof inner === "string" ? { text: inner, first: i === 0 && j === 0 } : { token: inner }));
    });
  }
}
