/** Which special tokens play which role, and the layout of this house's own vocabularies. */
import type { SpecialIds, TokenizerConfigJson } from "./tokenizer.ts";

/** The five roles in the order of their ids, 0..4. */
export const SPECIAL_TOKENS = ["[PAD]", "[CLS]", "[SEP]", "[MASK]", "[UNK]"] as const;

/** Ids of `SPECIAL_TOKENS`: every vocabulary trained here has these. */
export const SPECIAL_IDS = { pad: 0, cls: 1, sep: 2, mask: 3, unk: 4 } as const satisfies SpecialIds;

/** Sentinels of span corruption are spelled as T5 does. */
const SENTINEL = /^<extra_id_(\d+)>$/;

/** Names a role goes by when no `tokenizer_config.json` says so, the more specific first. */
const USUAL_NAMES: Readonly<Record<keyof SpecialIds, readonly string[]>> = {
  pad: ["[PAD]", "<pad>", "<|pad|>", "<|padding|>"],
  cls: ["[CLS]", "<s>", "<cls>", "<|begin_of_text|>", "<bos>", "[BOS]"],
  sep: ["[SEP]", "</s>", "<sep>", "<|end_of_text|>", "<eos>", "[EOS]", "<|endoftext|>"],
  mask: ["[MASK]", "<mask>", "<|mask|>"],
  unk: ["[UNK]", "<unk>"],
};

/** Fields of `tokenizer_config.json` that name a role, the first present one counts. */
export const CONFIG_FIELDS: Readonly<Record<keyof SpecialIds, readonly string[]>> = {
  pad: ["pad_token"],
  cls: ["cls_token", "bos_token"],
  sep: ["sep_token", "eos_token"],
  mask: ["mask_token"],
  unk: ["unk_token"],
};

/** `count` sentinels. */
export const sentinelTokens = (count: number): string[] => Array.from({ length: count }, (_, i) => `<extra_id_${i}>`);

/** Special tokens of a vocabulary made here: five roles, unused ones up to `reserved` in all, sentinels. */
export function specialLayout({ reserved = SPECIAL_TOKENS.length, sentinels = 0 }: { readonly reserved?: number; readonly sentinels?: number }): string[] {
  if (reserved < SPECIAL_TOKENS.length) throw new RangeError(`specialLayout: reserved: expected at least ${SPECIAL_TOKENS.length}, got ${reserved}`);
  const unused = Array.from({ length: reserved - SPECIAL_TOKENS.length }, (_, i) => `[unused${i}]`);
  return [...SPECIAL_TOKENS, ...unused, ...sentinelTokens(sentinels)];
}

/** Sentinels among tokens, by number. */
export function sentinelsOf(vocabulary: ReadonlyMap<string, number>): number[] {
  const found = [...vocabulary].flatMap(([token, id]) => {
    const [, number] = SENTINEL.exec(token) ?? [];
    return number === undefined ? [] : [{ id, number: Number(number) }];
  });
  return found.sort((a, b) => a.number - b.number).map(({ id }) => id);
}

/** A token in a configuration: its text, or an object that holds it. */
function contentOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && "content" in value && typeof value.content === "string") return value.content;
  return undefined;
}

/** Ids by role: as the configuration says, else by usual names. */
export function specialIdsOf(vocabulary: ReadonlyMap<string, number>, config: TokenizerConfigJson): SpecialIds {
  const idOf = (role: keyof SpecialIds): number | undefined => {
    const named = CONFIG_FIELDS[role].map((field) => contentOf(config[field])).filter((token) => token !== undefined);
    return [...named, ...USUAL_NAMES[role]].map((token) => vocabulary.get(token)).find((id) => id !== undefined);
  };
  const roles = Object.keys(USUAL_NAMES) as (keyof SpecialIds)[];
  return Object.fromEntries(roles.flatMap((role) => (idOf(role) === undefined ? [] : [[role, idOf(role)]])));
}
