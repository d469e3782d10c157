/** English as the foundations read it: descriptions of packages, books, the Brown corpus and glosses, one document at a time. */
import type { Split } from "../folds.ts";
import type { LoadOptions, Provenance } from "../source.ts";
import { books } from "../sources/books.ts";
import { brown, proseOf } from "../sources/brown.ts";
import { debDescriptions } from "../sources/deb-description.ts";
import { wordnet } from "../sources/wordnet.ts";
import { documentsOf } from "./document-split.ts";

export const ENGLISH_SOURCES = ["deb/desc", "en/books", "en/brown", "en/wordnet"] as const;
export type EnglishSource = (typeof ENGLISH_SOURCES)[number];

export interface TextDocument {
  readonly source: EnglishSource;
  /** Name within the source. */
  readonly id: string;
  /** Sentences or paragraphs in reading order; at least one. */
  readonly paragraphs: readonly string[];
}

export interface EnglishText {
  readonly documents: readonly TextDocument[];
  readonly provenance: readonly Provenance[];
}

export interface EnglishOptions extends LoadOptions {
  readonly sources?: readonly EnglishSource[];
}

type Loader = (split: Split, options: LoadOptions) => Promise<{ readonly documents: Omit<TextDocument, "source">[]; readonly provenance: Provenance }>;

const LOADERS: Readonly<Record<EnglishSource, Loader>> = {
  async "deb/desc"(split, options) {
    const { records, splits, twinOf, provenance } = await debDescriptions.load(options);
    const kept = documentsOf(splits, split, (index) => (twinOf[index] as number) < 0);
    return { documents: Array.from(kept, (index) => records[index]).flatMap((record) => (record ? [{ id: record.name, paragraphs: [record.summary, ...record.paragraphs] }] : [])), provenance };
  },
  async "en/books"(split, options) {
    const { parts, splits, provenance } = await books.load(options);
    return { documents: Array.from(documentsOf(splits, split), (index) => parts[index]).flatMap((part) => (part ? [{ id: `${part.work}/${part.part}`, paragraphs: part.paragraphs }] : [])), provenance };
  },
  async "en/brown"(split, options) {
    const { documents, splits, provenance } = await brown.load(options);
    return { documents: Array.from(documentsOf(splits, split), (index) => documents[index]).flatMap((document) => (document ? [{ id: document.id, paragraphs: document.sentences.map(proseOf) }] : [])), provenance };
  },
  async "en/wordnet"(split, options) {
    const { synsets, splits, provenance } = await wordnet.load(options);
    return { documents: Array.from(documentsOf(splits, split), (index) => synsets[index]).flatMap((synset) => (synset ? [{ id: synset.id, paragraphs: [`${synset.lemmas.join(", ")}: ${synset.gloss}`, ...synset.examples] }] : [])), provenance };
  },
};

/** Documents of a split, source by source in the order of `ENGLISH_SOURCES`. Near-twins are left out. */
export async function loadEnglish(split: Split, { sources = ENGLISH_SOURCES, ...options }: EnglishOptions = {}): Promise<EnglishText> {
  const documents: TextDocument[] = [];
  const provenance: Provenance[] = [];
  for (const source of ENGLISH_SOURCES.filter((name) => sources.includes(name))) {
    const loaded = await LOADERS[source](split, options);
    for (const document of loaded.documents) documents.push({ source, ...document });
    provenance.push(loaded.provenance);
  }
  return { documents, provenance };
}
