/** `deb/bitext`: descriptions of packages in English and in the languages that volunteers translated them to. */
import { SourceError } from "../source-error.ts";
import { defineSource, provenanceOf } from "../source.ts";
import type { LoadedPack, Provenance, SourceCard } from "../source.ts";
import { documentSplit } from "../text/document-split.ts";
import { paragraphsOf, stanzas } from "./deb-description.ts";

/** Languages beside English. */
export const BITEXT_LANGUAGES = ["da", "de", "es", "fr", "it"] as const;
export type BitextLanguage = (typeof BITEXT_LANGUAGES)[number];

export interface TranslatedDescription {
  readonly name: string;
  /** Package it is built from; the split key. */
  readonly source: string;
  /** Summary, then paragraphs: as many in every language. */
  readonly texts: Readonly<Partial<Record<BitextLanguage, readonly string[]>>> & { readonly en: readonly string[] };
}

export interface BitextSet {
  readonly records: readonly TranslatedDescription[];
  /** uint8 [records]: 0 train, 1 dev, 2 test; as in `deb/desc`. */
  readonly splits: Uint8Array;
  readonly provenance: Provenance;
}

const card: SourceCard = {
  id: "deb/bitext",
  version: 1,
  title: "Descriptions of Debian packages, translated",
  licence: "as each package; written by its maintainers and by translators, loaded only, never shipped",
  packages: [
    {
      registry: "deb-index",
      name: "bookworm/main",
      version: "12.15",
      integrity: "sha512-GTeZNzhlenPlId4jHArZ3jPHpvXCcmqxFLAa4oLFNJNFLI00TLbVJmQV8iMaZYYyyMcmWygcNjq/IhUVU5po7Q==",
      bytes: 30_500_000,
      languages: ["en", ...BITEXT_LANGUAGES],
      part: "all",
    },
  ],
  records: 54_232,
  splitKey: "source package, as in deb/desc: 88 % train, 4 % dev, 8 % test; of several packages with one description the first is kept",
  description: "Descriptions that have a translation into Danish, German, Spanish, French or Italian with as many paragraphs. The index is no fixed file: see deb/desc.",
};

/** Texts of one language by the digest of the English description. */
function textsByDigest(file: string, language: string): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const fields of stanzas(file)) {
    const [summary, ...lines] = (fields.get(`Description-${language}`) ?? "").split("\n");
    if (summary !== undefined && summary.trim() !== "") found.set(fields.get("Description-md5") ?? "", [summary.trim(), ...paragraphsOf(lines)]);
  }
  return found;
}

/** Joins the lists of all languages; translations with another number of paragraphs, or that repeat the English, are left out. */
export function parseBitext(packages: string, translations: ReadonlyMap<string, string>): TranslatedDescription[] {
  const english = textsByDigest(translations.get("en") ?? "", "en");
  const others = BITEXT_LANGUAGES.map((language) => [language, textsByDigest(translations.get(language) ?? "", language)] as const);
  const seen = new Set<string>();
  return [...stanzas(packages)]
    .map((fields) => ({ name: fields.get("Package") ?? "", source: (fields.get("Source") ?? fields.get("Package") ?? "").split(" ", 1)[0] as string, digest: fields.get("Description-md5") ?? "" }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, source, digest }): TranslatedDescription[] => {
      const en = english.get(digest);
      if (en === undefined || seen.has(digest)) return [];
      seen.add(digest);
      const aligned = others.flatMap(([language, texts]) => {
        const own = texts.get(digest);
        return own?.length === en.length && own[0] !== en[0] ? [[language, own] as const] : [];
      });
      return aligned.length === 0 ? [] : [{ name, source, texts: { en, ...Object.fromEntries(aligned) } }];
    });
}

export const debBitext = defineSource<BitextSet>({
  card,
  wants: (path) => path === "Packages" || path.startsWith("Translation-"),

  async freeze(_part, files, progress) {
    const index = files.get("bookworm/main");
    const textOf = (name: string): string => {
      const file = index?.get(name);
      if (!file) throw new SourceError(`${card.id}: the index has no ${name}`);
      return new TextDecoder().decode(file);
    };
    const records = parseBitext(textOf("Packages"), new Map(["en", ...BITEXT_LANGUAGES].map((language) => [language, textOf(`Translation-${language}`)])));
    if (records.length === 0) throw new SourceError(`${card.id}: no description of the index is translated`);
    await progress(records.length, records.length);
    return { arrays: {}, meta: { rows: records.map(({ name, source, texts }) => [name, source, texts]) } };
  },

  thaw(packs) {
    const [{ pack }] = packs as [LoadedPack]; // the card has one part
    const rows = pack.meta["rows"] as [string, string, TranslatedDescription["texts"]][];
    const records = rows.map(([name, source, texts]): TranslatedDescription => ({ name, source, texts }));
    return { records, splits: Uint8Array.from(records, ({ source }) => documentSplit(source)), provenance: provenanceOf(card, packs) };
  },
});
