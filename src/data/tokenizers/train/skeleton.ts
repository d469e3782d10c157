/** The parts of a `tokenizer.json` that all vocabularies trained here share. */
import { SPECIAL_IDS, SPECIAL_TOKENS, specialLayout } from "../special-tokens.ts";
import type { TokenizerJson } from "../tokenizer-json.ts";

export interface VocabularyOptions {
  /** Ids in all, special ones included. */
  readonly size: number;
  /** Special ids before the sentinels; the five of `SPECIAL_TOKENS` and unused ones. */
  readonly reserved?: number;
  /** Sentinels `<extra_id_0>` ... for span corruption. */
  readonly sentinels?: number;
  /** Pairs or pieces rarer than this are no tokens. */
  readonly minimum?: number;
}

/** The texts have more characters than a vocabulary of the size has room for. */
export class VocabularyTooSmall extends RangeError {
  override readonly name = "VocabularyTooSmall";
  /** Size that has room. */
  readonly least: number;
  /** Characters of the texts. */
  readonly characters: number;

  constructor(message: string, { least, characters }: { readonly least: number; readonly characters: number }) {
    super(message);
    this.least = least;
    this.characters = characters;
  }
}

type Parts = Pick<TokenizerJson, "normalizer" | "pre_tokenizer" | "decoder" | "model">;

/** Special tokens of the options, which a vocabulary's ids begin with. */
export function specialsFor({ size, reserved, sentinels }: VocabularyOptions, least: number): string[] {
  const specials = specialLayout({ reserved, sentinels });
  if (!Number.isInteger(size) || size < specials.length + least) throw new RangeError(`training a tokenizer: size: expected at least ${specials.length + least} (${specials.length} special tokens and ${least} for single characters), got ${size}`);
  return specials;
}

/** With BERT's template: `[CLS] a [SEP] b [SEP]`, the second text in segment 1. */
export function withSpecials(specials: readonly string[], parts: Parts): TokenizerJson {
  const [, cls, sep] = SPECIAL_TOKENS;
  const special = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
  const text = (id: "A" | "B", type_id: number) => ({ Sequence: { id, type_id } });
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: specials.map((content, id) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })),
    ...parts,
    post_processor: {
      type: "TemplateProcessing",
      single: [special(cls, 0), text("A", 0), special(sep, 0)],
      pair: [special(cls, 0), text("A", 0), special(sep, 0), text("B", 1), special(sep, 1)],
      special_tokens: Object.fromEntries([[cls, SPECIAL_IDS.cls] as const, [sep, SPECIAL_IDS.sep] as const].map(([id, number]) => [id, { id, ids: [number], tokens: [id] }])),
    },
  };
}

export const vocabularyOf = (tokens: readonly string[]): Record<string, number> => Object.fromEntries(tokens.map((token, id) => [token, id]));
