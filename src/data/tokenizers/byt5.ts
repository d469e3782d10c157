/**
 * ByT5's bytes (arXiv 2105.13626, section 3.1) as a `tokenizer.json`: its models come without one, as the library spells
 * out the rule in a class. Ids: padding 0, end 1, unknown 2, then the 256 bytes, then sentinels.
 */
import { BYTE_CHARACTERS } from "./byte-alphabet.ts";
import { sentinelTokens } from "./special-tokens.ts";
import type { TokenizerConfigJson } from "./tokenizer.ts";
import { TokenizerError } from "./tokenizer-json.ts";
import type { TokenizerJson } from "./tokenizer-json.ts";

/** The class in `tokenizer_config.json` or `config.json`. */
export const BYT5_CLASS = "ByT5Tokenizer";

const SPECIAL = ["<pad>", "</s>", "<unk>"] as const;
const END = SPECIAL[1];

/** 125 sentinels fill the vocabulary up to 384. */
const SENTINELS = 125;
const MOST_SENTINELS = 10_000;

/** The file for a model's `tokenizer_config.json`. Throws TokenizerError for special tokens that are called otherwise. */
export function byT5Json(config: TokenizerConfigJson): TokenizerJson {
  ["pad_token", "eos_token", "unk_token"].forEach((field, i) => {
    const value = config[field] ?? SPECIAL[i];
    const name: unknown = typeof value === "object" && value !== null && "content" in value ? value.content : value;
    if (name !== SPECIAL[i]) throw new TokenizerError(`tokenizer_config.json: ${field}: a ${BYT5_CLASS} has ${JSON.stringify(SPECIAL[i])} there, got ${JSON.stringify(name)}`);
  });
  const sentinels = config["extra_ids"] ?? SENTINELS;
  if (!Number.isInteger(sentinels) || (sentinels as number) < 0 || (sentinels as number) > MOST_SENTINELS) throw new TokenizerError(`tokenizer_config.json: extra_ids: expected a whole number from 0 to ${MOST_SENTINELS}, got ${JSON.stringify(sentinels)}`);
  const tokens = [...SPECIAL, ...BYTE_CHARACTERS, ...sentinelTokens(sentinels as number)];
  const bytes = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  const text = (id: "A" | "B") => ({ Sequence: { id, type_id: 0 } });
  const end = { SpecialToken: { id: END, type_id: 0 } };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: tokens.flatMap((content, id) => (id < SPECIAL.length || id >= SPECIAL.length + BYTE_CHARACTERS.length ? [{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }] : [])),
    normalizer: null,
    pre_tokenizer: bytes,
    post_processor: { type: "TemplateProcessing", single: [text("A"), end], pair: [text("A"), end, text("B"), end], special_tokens: { [END]: { id: END, ids: [tokens.indexOf(END)], tokens: [END] } } },
    decoder: { ...bytes },
    model: { type: "BPE", dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: false, vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges: [] },
  };
}
