/** `iso/codes`: names of countries, languages and currencies in many languages. */
import { SourceError } from "../source-error.ts";
import { defineSource, provenanceOf } from "../source.ts";
import type { LoadedPack, Provenance, SourceCard } from "../source.ts";
import { readCatalogue } from "../text/gettext.ts";

export const ISO_KINDS = ["country", "currency", "language"] as const;
export type IsoKind = (typeof ISO_KINDS)[number];

export interface IsoCode {
  readonly kind: IsoKind;
  /** Three letters: `DEU`, `EUR`, `deu`. */
  readonly code: string;
  /** English names, the usual one first. */
  readonly names: readonly string[];
}

export interface IsoCodes {
  readonly codes: readonly IsoCode[];
  /** Languages with a catalogue, sorted: `de`, `pt_BR`, `sr@latin`. */
  readonly languages: readonly string[];
  /** Names of a code in a language, in the order of its English ones; those without a translation are left out. */
  namesIn(code: IsoCode, language: string): readonly string[];
  readonly provenance: Provenance;
}

/** The standard of each kind. */
const STANDARDS: Readonly<Record<IsoKind, string>> = { country: "3166-1", currency: "4217", language: "639-2" };

interface Entry {
  readonly alpha_3: string;
  readonly name: string;
  readonly official_name?: string;
  readonly common_name?: string;
}

const card: SourceCard = {
  id: "iso/codes",
  version: 1,
  title: "Countries, currencies and languages with their names",
  licence: "LGPL-2.1-or-later; loaded only, never shipped",
  packages: [
    {
      registry: "deb",
      name: "iso-codes",
      version: "4.15.0-1",
      integrity: "sha512-pNvCdgUSozLMuRDlU72nGcQ4WsuZEyebgz5syHVg74nD+ZMLE9lcwnPHZnbBSF43jSMh5fei4vwIGfahN6ZgfQ==",
      bytes: 2_906_084,
      part: "all",
    },
  ],
  records: 917,
  splitKey: "code: all names of a country, a currency or a language share a split, which those who use them draw",
  description: "249 countries (ISO 3166-1), 181 currencies (ISO 4217) and 487 languages (ISO 639-2) with their English names, and the names that the translators of the package gave them.",
};

const ROOT = "usr/share/";
const tableOf = (kind: IsoKind): string => `${ROOT}iso-codes/json/iso_${STANDARDS[kind]}.json`;
const CATALOGUE = new RegExp(`^${ROOT}locale/([^/]+)/LC_MESSAGES/iso_(${Object.values(STANDARDS).join("|")})\\.mo$`);

/** Names as the tables and catalogues write them: one, or several with semicolons between. */
const namesOf = (text: string): string[] => text.split(";").map((name) => name.trim()).filter((name) => name !== "");

/** Texts that translators saw: fields of a record. */
const messagesOf = ({ name, common_name, official_name }: Entry): string[] => [name, common_name, official_name].filter((message) => message !== undefined);

export const isoCodes = defineSource<IsoCodes>({
  card,
  wants: (path) => ISO_KINDS.some((kind) => path === tableOf(kind)) || CATALOGUE.test(path),

  async freeze(_part, files, progress) {
    const contents = files.get("iso-codes") ?? new Map<string, Uint8Array>();
    const rows = ISO_KINDS.flatMap((kind): [IsoKind, string, string[]][] => {
      const table = contents.get(tableOf(kind));
      if (table === undefined) throw new SourceError(`${card.id}: the package has no ${tableOf(kind)}`);
      const entries = (JSON.parse(new TextDecoder().decode(table)) as Record<string, Entry[]>)[STANDARDS[kind]];
      if (entries === undefined) throw new SourceError(`${card.id}: ${tableOf(kind)} has no list "${STANDARDS[kind]}"`);
      return entries.map((entry) => [kind, entry.alpha_3, messagesOf(entry)]);
    });
    const translations: Record<string, Record<string, string>> = {};
    for (const [path, bytes] of [...contents].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const [, language, standard] = CATALOGUE.exec(path) ?? [];
      if (language === undefined) continue;
      const catalogue = readCatalogue(bytes, `${card.id}: ${path}`);
      const kind = ISO_KINDS.find((known) => STANDARDS[known] === standard) as IsoKind;
      for (const [own, , messages] of rows) {
        for (const message of own === kind ? messages : []) {
          const translation = catalogue.get(message);
          if (translation !== undefined && translation !== "") (translations[language] ??= {})[`${kind} ${message}`] = translation;
        }
      }
      await progress(Object.keys(translations).length, contents.size);
    }
    return { arrays: {}, meta: { rows, translations } };
  },

  thaw(packs) {
    const [{ pack }] = packs as [LoadedPack]; // the card has one part
    const rows = pack.meta["rows"] as [IsoKind, string, string[]][];
    const translations = pack.meta["translations"] as Record<string, Record<string, string>>;
    const messages = new Map(rows.map(([kind, code, own]) => [`${kind} ${code}`, own]));
    const distinct = (names: readonly string[]): string[] => [...new Set(names)];
    return {
      codes: rows.map(([kind, code, own]): IsoCode => ({ kind, code, names: distinct(own.flatMap(namesOf)) })),
      languages: Object.keys(translations).sort(),
      namesIn({ kind, code }, language) {
        const known = translations[language];
        if (known === undefined) throw new SourceError(`${card.id}: no language "${language}"; there are ${Object.keys(translations).sort().join(", ")}`);
        return distinct((messages.get(`${kind} ${code}`) ?? []).flatMap((message) => namesOf(known[`${kind} ${message}`] ?? "")));
      },
      provenance: provenanceOf(card, packs),
    };
  },
});
