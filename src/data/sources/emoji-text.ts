/** `emoji/text`: names and keywords of every emoji, without skin-tone copies; same split keys and folds as `emoji/art`. */
import { foldOf } from "../folds.ts";
import { SourceError } from "../source-error.ts";
import { defineSource, provenanceOf } from "../source.ts";
import type { Provenance, SourceCard } from "../source.ts";
import { splitKeyOf } from "./emoji-concept.ts";

export interface EmojiText {
  /** Code points without presentation selectors, `1F3C3-200D-2640`; see `emojiTextCode`. */
  readonly code: string;
  /** Language of the texts, such as `en`. */
  readonly language: string;
  /** Name of the Unicode charts, `woman running`. */
  readonly name: string;
  /** Words people search it by, in the package's order; may be none. */
  readonly keywords: readonly string[];
}

export interface EmojiTextSet {
  readonly texts: readonly EmojiText[];
  /** What must not stand in two splits, per text. */
  readonly keys: readonly string[];
  /** Fold of each text's key, 0..9; see `folds.ts`. */
  readonly folds: Uint8Array;
  readonly provenance: Provenance;
}

/** The fields read from an entry of `data.json`. */
interface TextEntry {
  readonly hexcode: string;
  readonly label: string;
  readonly tags?: readonly string[];
}

const PACKAGE = {
  registry: "npm",
  name: "emojibase-data",
  version: "17.0.0",
  integrity: "sha512-Yvgb5AWoHViHV/gq1qr5ZAarcBip+B27/ZLRsUJkbgAEaLlZ/fof9g882LTpmEpyhBNEC0m2SEmItljHsTygjA==",
  bytes: 6_711_091,
} as const;

const card: SourceCard = {
  id: "emoji/text",
  version: 1,
  title: "Names and keywords of emoji (English, further languages when asked for)",
  licence: "MIT (package); texts of the Unicode CLDR, Unicode-3.0",
  packages: [{ ...PACKAGE, part: "en" }],
  optional: ["de", "es", "fr", "ru"].map((part) => ({ ...PACKAGE, part })),
  records: 1949,
  splitKey: "base concept, as in emoji/art: a text and the drawings it names share a fold",
  description: "Names of 1,949 base emoji with the keywords people look them up by. Every drawing of emoji/art has its text.",
};

/** A code as this source and lookups by drawing spell it: upper case, without presentation selectors. */
export const emojiTextCode = (code: string): string => code.toUpperCase().split("-").filter((point) => point !== "FE0F").join("-");

export const emojiText = defineSource<EmojiTextSet>({
  card,
  wants: (path, { part }) => path === `${part}/data.json`,

  async freeze(part, files) {
    const table = files.get("emojibase-data")?.get(`${part}/data.json`);
    if (!table) throw new SourceError(`${card.id}: the package has no ${part}/data.json`);
    const entries = JSON.parse(new TextDecoder().decode(table)) as TextEntry[];
    return {
      arrays: {},
      meta: {
        codes: entries.map(({ hexcode }) => emojiTextCode(hexcode)),
        names: entries.map(({ label }) => label),
        keywords: entries.map(({ tags = [] }) => tags),
      },
    };
  },

  thaw(packs) {
    const texts = packs.flatMap(({ part, pack }) => {
      const [codes, names, keywords] = [pack.meta["codes"] as string[], pack.meta["names"] as string[], pack.meta["keywords"] as string[][]];
      return codes.map((code, i): EmojiText => ({ code, language: part, name: names[i] as string, keywords: keywords[i] as string[] }));
    });
    const keys = texts.map(({ code }) => splitKeyOf(code));
    return { texts, keys, folds: Uint8Array.from(keys, foldOf), provenance: provenanceOf(card, packs) };
  },
});

/** The text of each code, in order. Throws with the first code that has none. */
export function textsOfCodes({ texts }: EmojiTextSet, codes: readonly string[]): EmojiText[] {
  const byCode = new Map(texts.map((text) => [text.code, text]));
  return codes.map((code) => {
    const found = byCode.get(emojiTextCode(code));
    if (!found) throw new SourceError(`${card.id}: no text for ${code}; the versions of emoji/art and emoji/text do not belong together`);
    return found;
  });
}
