/** `deb/desc`: what every package of a Debian release says about itself, with its section, tags and dependencies. */
import { hostArray } from "../../engine/host-array.ts";
import { findTwins } from "../dedupe.ts";
import { SourceError } from "../source-error.ts";
import { defineSource, provenanceOf } from "../source.ts";
import type { LoadedPack, Provenance, SourceCard } from "../source.ts";
import { documentSplit } from "../text/document-split.ts";

export interface PackageDescription {
  readonly name: string;
  /** Package it is built from; the split key. */
  readonly source: string;
  /** `games`, `libs` ...; without the component. */
  readonly section: string;
  /** Debtags such as `role::program`; half of the packages have none. */
  readonly tags: readonly string[];
  readonly homepage: string;
  /** One line: the synopsis. */
  readonly summary: string;
  /** Paragraphs of the long description; lists keep their line ends. */
  readonly paragraphs: readonly string[];
  /** Names of packages it depends on, alternatives left out. */
  readonly depends: readonly string[];
}

export interface DescriptionSet {
  readonly records: readonly PackageDescription[];
  /** uint8 [records]: 0 train, 1 dev, 2 test; equal for packages of one source. */
  readonly splits: Uint8Array;
  /** int32 [records]: the earlier record this one repeats, or -1. Use only those with -1 unless twins are the point. */
  readonly twinOf: Int32Array;
  readonly provenance: Provenance;
}

const card: SourceCard = {
  id: "deb/desc",
  version: 1,
  title: "Descriptions of Debian packages (English)",
  licence: "as each package; written by its maintainers, loaded only, never shipped",
  packages: [
    {
      registry: "deb-index",
      name: "bookworm/main",
      version: "12.15",
      integrity: "sha512-W8S4VwcT8HMjTOl6Los0e3rPsikAUpUYLKYw0wJBNJ51RQ2H7vE4VeLy/2eb4VLX1uM0Jd1D1pU6K8S4JEdkeQ==",
      bytes: 14_897_000,
      part: "en",
    },
  ],
  records: 63_440,
  splitKey: "source package: 88 % train, 4 % dev, 8 % test; near-twins (equal summary, or 8-gram Jaccard above 0.7) are found first and marked",
  description:
    "Summaries and long descriptions of all packages of Debian 12, with sections, tags and dependencies. The index is no fixed file: a point release replaces it. The version names the release these counts are of; another one is taken too and noted, and the pack's SHA-256 in every card of what is built on it says which it was.",
};

/** Fields of a control stanza; continuation lines stay joined by line ends. */
export function* stanzas(text: string): Generator<Map<string, string>> {
  for (const stanza of text.split(/\n{2,}/)) {
    const fields = new Map<string, string>();
    let last = "";
    for (const line of stanza.split("\n")) {
      const colon = line.indexOf(":");
      if (/^\s/.test(line)) fields.set(last, `${fields.get(last) ?? ""}\n${line}`);
      else if (colon > 0) fields.set((last = line.slice(0, colon)), line.slice(colon + 1).trim());
    }
    if (fields.size > 0) yield fields;
  }
}

/** Paragraphs of a description field: ` .` separates them, lines that begin with two spaces are set as they are. */
export function paragraphsOf(lines: readonly string[]): string[] {
  const paragraphs: string[] = [];
  let current = "";
  for (const line of lines) {
    if (line === " .") {
      paragraphs.push(current);
      current = "";
    } else if (line.startsWith("  ")) current += `${current === "" ? "" : "\n"}${line.trim()}`;
    else current += `${current === "" ? "" : current.includes("\n") ? "\n" : " "}${line.trim()}`;
  }
  return [...paragraphs, current].map((paragraph) => paragraph.trim()).filter((paragraph) => paragraph !== "");
}

const list = (field: string | undefined, separator: RegExp): string[] => (field ?? "").split(separator).map((item) => item.trim()).filter((item) => item !== "");

/** Joins the two files of an index by the digest of the description. */
export function parseIndex(packages: string, translations: string): PackageDescription[] {
  const descriptions = new Map<string, readonly string[]>();
  for (const fields of stanzas(translations)) descriptions.set(fields.get("Description-md5") ?? "", (fields.get("Description-en") ?? "").split("\n"));
  const records: PackageDescription[] = [];
  for (const fields of stanzas(packages)) {
    const name = fields.get("Package");
    const [summary, ...lines] = descriptions.get(fields.get("Description-md5") ?? "") ?? [];
    if (name === undefined || summary === undefined) continue;
    const depends = list(fields.get("Depends"), /,/).filter((item) => !item.includes("|")).map((item) => item.split(/[\s:(]/, 1)[0] as string);
    records.push({
      name,
      source: (fields.get("Source") ?? name).split(" ", 1)[0] as string,
      section: (fields.get("Section") ?? "misc").split("/").at(-1) as string,
      tags: list(fields.get("Tag"), /,\s*/),
      homepage: fields.get("Homepage") ?? "",
      summary: summary.trim(),
      paragraphs: paragraphsOf(lines),
      depends: [...new Set(depends)],
    });
  }
  return records.sort((a, b) => (a.name < b.name ? -1 : 1));
}

export const debDescriptions = defineSource<DescriptionSet>({
  card,
  wants: (path) => path === "Packages" || path === "Translation-en",

  async freeze(_part, files, progress) {
    const index = files.get("bookworm/main");
    const [packages, translations] = ["Packages", "Translation-en"].map((name) => {
      const file = index?.get(name);
      if (!file) throw new SourceError(`${card.id}: the index has no ${name}`);
      return new TextDecoder().decode(file);
    }) as [string, string];
    const records = parseIndex(packages, translations);
    if (records.length === 0) throw new SourceError(`${card.id}: no package of the index has a description`);
    await progress(0, records.length);
    const twins = findTwins(records.map(({ summary, paragraphs }) => [summary, ...paragraphs].join("\n")), { keys: records.map(({ summary }) => summary) });
    await progress(records.length, records.length);
    const rows = records.map(({ name, source, section, tags, homepage, summary, paragraphs, depends }) => [name, source, section, tags, homepage, summary, paragraphs, depends]);
    return { arrays: { twinOf: hostArray(twins.twinOf, [records.length]) }, meta: { rows, dropped: { exact: twins.exact, near: twins.near } } };
  },

  thaw(packs) {
    const [{ pack }] = packs as [LoadedPack]; // the card has one part
    const rows = pack.meta["rows"] as [string, string, string, string[], string, string, string[], string[]][];
    const records = rows.map(([name, source, section, tags, homepage, summary, paragraphs, depends]): PackageDescription => ({ name, source, section, tags, homepage, summary, paragraphs, depends }));
    return {
      records,
      splits: Uint8Array.from(records, ({ source }) => documentSplit(source)),
      twinOf: pack.arrays["twinOf"]?.data as Int32Array,
      provenance: provenanceOf(card, packs),
    };
  },
});
