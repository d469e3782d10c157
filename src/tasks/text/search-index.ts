/** A search index on disk, opened: words by BM25, meaning by vectors, both together, and a second look by a reranker. */
import { join } from "node:path";
import { Bm25, FlatIndex, fuseScores } from "../../data/search/index.ts";
import type { SearchHit } from "../../data/search/index.ts";
import { sha256 } from "../../lab/json.ts";
import { readIfThere } from "../begun-run.ts";
import { fromPretrained } from "../huggingface/from-pretrained.ts";
import type { PretrainedText } from "../huggingface/pretrained-text.ts";
import { RequestError } from "../request-error.ts";
import { INDEX_FILE, INDEX_FORMAT, readPart, TERMS_FILE } from "./index-texts.ts";
import type { IndexManifest } from "./index-texts.ts";
import { rerank } from "./score-texts.ts";
import type { SearchMode } from "./search-modes.ts";
import type { TextPlace } from "./text-places.ts";

export interface TextSearchOptions {
  /** Hits wanted; default 10. */
  readonly k?: number;
  /** Default hybrid where the index has vectors, else words. */
  readonly mode?: SearchMode;
  /** A model that looks at the best hits once more. */
  readonly reranker?: PretrainedText;
  /** Hits that each search contributes to the fusion and that the reranker sees; default 100. */
  readonly depth?: number;
}

export interface TextHit {
  /** Place of the text among those indexed, from 0. */
  readonly id: number;
  /** The `id` that its record brought. */
  readonly key?: string;
  /** The file of a text without one, from the folder that was indexed on; absent for texts that were not read from files. */
  readonly file?: string;
  /** Its line there, from 1. */
  readonly line?: number;
  readonly text: string;
  readonly score: number;
}

export class SearchIndex {
  readonly manifest: IndexManifest;
  private readonly texts: readonly string[];
  /** By the places of texts that have one. */
  private readonly keys: ReadonlyMap<number, string>;
  /** By the places of texts that were read from files and have no key. */
  private readonly places: ReadonlyMap<number, TextPlace>;
  private readonly terms: Bm25;
  private readonly vectors: FlatIndex | null;
  private readonly model: PretrainedText | null;

  private constructor(manifest: IndexManifest, texts: readonly string[], keys: ReadonlyMap<number, string>, places: ReadonlyMap<number, TextPlace>, terms: Bm25, vectors: FlatIndex | null, model: PretrainedText | null) {
    this.manifest = manifest;
    this.texts = texts;
    this.keys = keys;
    this.places = places;
    this.terms = terms;
    this.vectors = vectors;
    this.model = model;
  }

  /** Opens what `indexTexts` made. Throws, naming the file, when something is missing, damaged or of another model. `model` stands in for the one it was made with when that has moved. */
  static async open(directory: string, { model }: { readonly model?: PretrainedText } = {}): Promise<SearchIndex> {
    const manifest = await readManifest(directory);
    const terms = await Bm25.load(await checked(directory, TERMS_FILE, manifest.terms.sha256));
    const vectors = manifest.model === null ? null : new FlatIndex({ width: manifest.model.width });
    const texts: string[] = [];
    const keys = new Map<number, string>();
    const places = new Map<number, TextPlace>();
    for (const { name, count, sha256: expected } of manifest.parts) {
      const part = await readPart(await checked(directory, name, expected));
      if (part.texts.length !== count) throw new Error(`${join(directory, name)}: expected ${count} texts, found ${part.texts.length}`);
      vectors?.add(part.texts.map((_, i) => texts.length + i), part.vectors);
      part.keys?.forEach((key, i) => key !== null && keys.set(texts.length + i, key));
      part.places?.forEach((place, i) => place !== null && places.set(texts.length + i, place));
      texts.push(...part.texts);
    }
    if (terms.size !== texts.length || texts.length !== manifest.count) throw new Error(`${directory}: words of ${terms.size} texts, ${texts.length} texts in parts, ${manifest.count} in ${INDEX_FILE}; index again`);
    return new SearchIndex(manifest, texts, keys, places, terms, vectors, manifest.model === null ? null : await modelOf(directory, manifest.model, model));
  }

  /** The best texts for a query, best first. */
  async search(query: string, { k = 10, mode = this.vectors === null ? "words" : "hybrid", reranker, depth = 100 }: TextSearchOptions = {}): Promise<TextHit[]> {
    if (query.trim() === "") throw new RequestError("search: the query is empty");
    if (mode !== "words" && this.vectors === null) throw new RequestError(`search: ${mode} needs vectors, and the index was made without a model; index again with one, or choose words`);
    const wanted = Math.max(k, depth);
    const words = (): SearchHit[] => this.terms.search(query, wanted);
    const meaning = async (): Promise<SearchHit[]> => await this.nearest(query, wanted);
    const found = mode === "words" ? words() : mode === "vectors" ? await meaning() : fuseScores({ words: words(), vectors: await meaning() });
    const hits = found.map(({ id, score }): TextHit => this.hit(id as number, score));
    if (reranker === undefined || hits.length === 0) return hits.slice(0, k);
    const seen = hits.slice(0, depth);
    const order = await rerank(reranker, query, seen.map(({ text }) => text));
    return order.slice(0, k).map(({ index, score }) => ({ ...(seen[index] as TextHit), score }));
  }

  /** Frees models and programs. */
  async release(): Promise<void> {
    await this.vectors?.release();
    await this.model?.release();
  }

  private hit(id: number, score: number): TextHit {
    const key = this.keys.get(id);
    return { id, ...(key === undefined ? {} : { key }), ...this.places.get(id), score, text: this.texts[id] as string };
  }

  private async nearest(query: string, k: number): Promise<SearchHit[]> {
    const [vectors, model] = [this.vectors as FlatIndex, this.model as PretrainedText];
    const [hits] = await vectors.search(await model.embed([query], { role: "query" }), k);
    return hits ?? [];
  }
}

async function readManifest(directory: string): Promise<IndexManifest> {
  const path = join(directory, INDEX_FILE);
  const bytes = await readIfThere(path);
  if (bytes === undefined) throw new RequestError(`${directory}: found no ${INDEX_FILE}; make an index with reprise search index, or let one that was broken off go on`);
  let value: IndexManifest;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as IndexManifest;
  } catch (cause) {
    throw new Error(`${path}: not JSON: ${(cause as Error).message}`, { cause });
  }
  if (value.format !== INDEX_FORMAT || !Array.isArray(value.parts) || typeof value.terms?.sha256 !== "string") throw new Error(`${path}: expected an index of format ${INDEX_FORMAT}, found ${JSON.stringify(value.format ?? null)}; index again`);
  return value;
}

/** Bytes of a file of the index. Throws when they are not those that the index was finished with. */
async function checked(directory: string, name: string, expected: string): Promise<Uint8Array<ArrayBuffer>> {
  const path = join(directory, name);
  const bytes = await readIfThere(path);
  if (bytes === undefined) throw new Error(`${path}: the file is missing; index again`);
  if ((await sha256(bytes)) !== expected) throw new Error(`${path}: its SHA-256 differs from the one in ${INDEX_FILE}: the file is damaged; index again`);
  return new Uint8Array(bytes);
}

async function modelOf(directory: string, { place, fingerprint }: NonNullable<IndexManifest["model"]>, given: PretrainedText | undefined): Promise<PretrainedText> {
  const model = given ?? (await fromPretrained(place));
  if ((await model.fingerprint()) !== fingerprint) throw new RequestError(`${directory} was made with other weights than ${given === undefined ? place : "the model given"} has; index again`);
  return model;
}
