/** What the search models learn from: texts with a title and a body from sources of real data, and which of them belong together. */
import { brown, proseOf } from "../../../../data/sources/brown.ts";
import { books } from "../../../../data/sources/books.ts";
import { debDescriptions } from "../../../../data/sources/deb-description.ts";
import type { PackageDescription } from "../../../../data/sources/deb-description.ts";
import { docstrings } from "../../../../data/sources/docstrings.ts";
import { wordnet } from "../../../../data/sources/wordnet.ts";
import { documentsOf } from "../../../../data/text/document-split.ts";
import type { LoadOptions, Split } from "../../../../data/index.ts";
import { escapePattern } from "../../../../data/text/escape-pattern.ts";

export interface Passage {
  /** What it is called, to be found by title search but not to be given away in a query. */
  readonly name: string;
  /** One line that says what it is; empty for running text. */
  readonly title: string;
  /** Sentences or short paragraphs, at least one. */
  readonly body: readonly string[];
  /** Passages of one group are hard to tell apart. */
  readonly group: string;
}

export interface PassageSource {
  readonly id: string;
  /** Share of the batches. */
  readonly share: number;
  readonly passages: readonly Passage[];
}

/** Share of the batches by source, as chosen on the development split. */
const SHARES = { packages: 0.45, docstrings: 0.25, wordnet: 0.15, prose: 0.15 } as const;
/** Sentences of running text in one passage. */
const WINDOW = 6;
const SHORTEST_BODY = 20;

/** Sentences of a paragraph. */
export const sentencesOf = (paragraph: string): string[] => paragraph.split(/(?<=[.!?;])\s+(?=[A-Z("'])|\n/).map((sentence) => sentence.trim()).filter((sentence) => sentence !== "");

/** `KMeans._check_norm2` -> `k means check norm2`: names as words. */
export const wordsOfName = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2").replace(/[_./+-]+/g, " ").trim().toLowerCase();

/** Text without the given name, whole words in any case; "" when nothing else was there. */
export function withoutName(text: string, name: string): string {
  if (!text.toLowerCase().includes(name.toLowerCase())) return text.trim(); // building the expression costs far more
  const escaped = escapePattern(name);
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "giu"), " ").replace(/\s+/g, " ").replace(/^[\s\-:,]+/, "").trim();
}

/** A package as a passage; null when its description says nothing beyond its summary. */
export function packagePassage({ name, section, summary, paragraphs }: PackageDescription): Passage | null {
  const body = paragraphs.flatMap(sentencesOf);
  const title = withoutName(summary, name);
  return body.join(" ").length < SHORTEST_BODY || title === "" ? null : { name, title, body, group: section };
}

/** Passages of a split of the package descriptions, near-twins left out. */
export async function packagePassages(split: Split, options?: LoadOptions): Promise<Passage[]> {
  const { records, splits, twinOf } = await debDescriptions.load(options);
  return Array.from(documentsOf(splits, split, (i) => twinOf[i] === -1)).flatMap((i) => packagePassage(records[i] as PackageDescription) ?? []);
}

async function docstringPassages(options?: LoadOptions): Promise<Passage[]> {
  const { records, splits } = await docstrings.load(options);
  return Array.from(documentsOf(splits, "train")).flatMap((i): Passage[] => {
    const { file, name, summary, paragraphs } = records[i] as (typeof records)[number];
    const words = wordsOfName(name);
    const path = wordsOfName(file.replace(/(\/__init__)?\.py$/, ""));
    const group = file.split("/").slice(0, 2).join("/");
    const rest = paragraphs.flatMap(sentencesOf);
    // Without more to say, the name is what one would search for.
    return rest.length > 0 ? [{ name: words, title: summary, body: [`${words} (${path})`, ...rest], group }] : [{ name: "", title: words, body: [summary, path], group }];
  });
}

async function wordnetPassages(options?: LoadOptions): Promise<Passage[]> {
  const { synsets, positions, splits } = await wordnet.load(options);
  return Array.from(documentsOf(splits, "train")).map((i): Passage => {
    const { lemmas, gloss, examples, pointers, pos } = synsets[i] as (typeof synsets)[number];
    const above = pointers.flatMap(([symbol, target]) => (symbol === "@" || symbol === "@i" ? [synsets[positions.get(target) ?? -1]?.lemmas[0] ?? ""] : []));
    const [kind = pos] = above;
    return { name: "", title: lemmas.join(", "), body: [gloss, ...above, ...examples], group: kind };
  });
}

async function prosePassages(options?: LoadOptions): Promise<Passage[]> {
  const [tagged, novels] = [await brown.load(options), await books.load(options)];
  const texts = [
    ...Array.from(documentsOf(tagged.splits, "train")).map((i) => ({ group: tagged.documents[i]?.genre ?? "", sentences: (tagged.documents[i]?.sentences ?? []).map(proseOf) })),
    ...Array.from(documentsOf(novels.splits, "train")).map((i) => ({ group: "books", sentences: (novels.parts[i]?.paragraphs ?? []).flatMap(sentencesOf) })),
  ];
  return texts.flatMap(({ group, sentences }) =>
    Array.from({ length: Math.floor(sentences.length / WINDOW) }, (_, i): Passage => ({ name: "", title: "", body: sentences.slice(i * WINDOW, (i + 1) * WINDOW), group })),
  );
}

/** All training passages; test and development splits are never among them. */
export async function trainingSources(options?: LoadOptions): Promise<PassageSource[]> {
  return [
    { id: "packages", share: SHARES.packages, passages: await packagePassages("train", options) },
    { id: "docstrings", share: SHARES.docstrings, passages: await docstringPassages(options) },
    { id: "wordnet", share: SHARES.wordnet, passages: await wordnetPassages(options) },
    { id: "prose", share: SHARES.prose, passages: await prosePassages(options) },
  ];
}
