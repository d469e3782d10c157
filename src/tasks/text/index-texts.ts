/**
 * Makes a search index on disk, part by part. Each part holds a run of texts in the order in which they are read, with
 * their vectors, in one file with a checksum that is written whole or not at all. What was killed goes on after the last
 * whole part: the same texts are read again and those of the parts that are there are compared and passed over.
 */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ColumnMapping, NamedText } from "../../data/index.ts";
import { decodePack, encodePack } from "../../data/pack.ts";
import { removePartialFiles, writeFileAtomic } from "../../data/node/atomic-file.node.ts";
import { readLocatedRecords } from "../../data/node/index.ts";
import type { RecordFormat, RecordOptions } from "../../data/node/index.ts";
import { Bm25 } from "../../data/search/index.ts";
import { hostArray } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { sha256 } from "../../lab/json.ts";
import { lockDirectory } from "../../lab/node/directory-lock.ts";
import { SILENT } from "../../lab/index.ts";
import type { Progress } from "../../lab/index.ts";
import { readIfThere } from "../begun-run.ts";
import type { PretrainedText } from "../huggingface/pretrained-text.ts";
import { RequestError } from "../request-error.ts";
import { chunksOf } from "./embed-texts.ts";
import { requireVectors } from "./score-texts.ts";
import { packPlaces, unpackPlaces } from "./text-places.ts";
import type { PackedPlaces, TextPlace } from "./text-places.ts";
import { readingProgress } from "./timed-progress.ts";

export const INDEX_FORMAT = "reprise-search-1";
export const INDEX_FILE = "index.json";
export const TERMS_FILE = "terms.pack";

/** The model whose vectors an index holds. */
export interface IndexModel {
  /** Folder or id it was opened by. */
  readonly place: string;
  /** Hash of its weights. */
  readonly fingerprint: string;
  readonly width: number;
}

/** Content of `index.json`: where there is one, the index is finished. */
export interface IndexManifest {
  readonly format: typeof INDEX_FORMAT;
  readonly model: IndexModel | null;
  readonly count: number;
  readonly parts: readonly { readonly name: string; readonly count: number; readonly sha256: string }[];
  readonly terms: { readonly sha256: string };
}

export interface IndexPart {
  readonly texts: readonly string[];
  /** Names that the records brought, null for those without; absent where none did. */
  readonly keys?: readonly (string | null)[];
  /** Of texts from files, null for those with a name; absent where there is none, and in indexes of before. */
  readonly places?: readonly (TextPlace | null)[];
  /** float32 [texts, width]; width 0 without a model. */
  readonly vectors: HostArray;
}

export interface IndexTextsOptions {
  /** Folder of the index. One process at a time may write to it; a second one is refused. */
  readonly out: string;
  /** Model of the vectors, and how it is opened again; without it the index finds words only. */
  readonly model?: { readonly place: string; readonly model: PretrainedText };
  /** Texts of a part; default 512. */
  readonly partSize?: number;
  /** Where the text stands in a file's records, as far as it is called otherwise. */
  readonly columns?: ColumnMapping;
  /** Of the files; by their endings otherwise. */
  readonly format?: RecordFormat;
  /** Stop at the first broken record. */
  readonly strict?: boolean;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

export interface IndexedTexts extends IndexManifest {
  /** Texts that parts of an earlier, broken-off run held already. */
  readonly kept: number;
  readonly broken: number;
}

/**
 * Indexes the texts of a file, a folder or a list.
 *
 * ```ts
 * await indexTexts("docs/examples/texts.txt", { out: "my-index" });
 * const hits = await (await SearchIndex.open("my-index")).search("hidden files");
 * ```
 */
export async function indexTexts(source: string | readonly string[], options: IndexTextsOptions): Promise<IndexedTexts> {
  const lock = await lockDirectory(options.out);
  try {
    return await writeIndex(source, options);
  } finally {
    await lock.release();
  }
}

async function writeIndex(source: string | readonly string[], { out, model, partSize = 512, strict, columns, format, signal, progress = SILENT }: IndexTextsOptions): Promise<IndexedTexts> {
  if ((await readIfThere(join(out, INDEX_FILE))) !== undefined) throw new RequestError(`${out} holds a finished index; remove it or choose another folder`);
  if (model !== undefined) requireVectors(model.model, "search index");
  const described = model === undefined ? null : { place: model.place, fingerprint: await model.model.fingerprint(), width: (await model.model.embed(["a"])).shape[1] as number };
  let broken = 0;
  const { onShare, onProgress } = readingProgress(progress, "indexing");
  const texts = typeof source === "string" ? located(source, { strict, columns, format, signal, onShare, onBad: ({ file, line, reason }) => void (broken++ < 20 && progress.message(`broken: ${file} line ${line}: ${reason}`)) }) : source.map((text): PlacedText => ({ text }));
  const terms = new Bm25({ analysis: { kind: "words-and-pairs" } });
  const parts: { name: string; count: number; sha256: string }[] = [];
  let [count, kept] = [0, 0];
  for await (const records of chunksOf<PlacedText>(texts, partSize)) {
    const chunk = records.map(({ text }) => text);
    const keys = records.some(({ id }) => id !== undefined) ? records.map(({ id }) => id ?? null) : undefined;
    const places = records.some(({ place }) => place !== undefined) ? records.map(({ place }) => place ?? null) : undefined;
    signal?.throwIfAborted();
    if (typeof source !== "string") onShare((count + chunk.length) / source.length);
    const name = `part-${String(parts.length).padStart(6, "0")}.pack`;
    const path = join(out, name);
    const there = await wholePart(path, described);
    let bytes = there?.bytes;
    if (there !== undefined && JSON.stringify([there.part.texts, there.part.keys, there.part.places]) !== JSON.stringify([chunk, keys, there.part.places === undefined ? undefined : places])) throw new RequestError(`${path} holds other texts than ${typeof source === "string" ? source : "those given"}: the data has changed since the index was begun; remove ${out} and index again`);
    if (bytes === undefined) {
      const vectors = model === undefined ? hostArray(new Float32Array(0), [chunk.length, 0]) : await model.model.embed(chunk, { role: "document", signal, onProgress });
      ({ bytes } = await encodePack({ arrays: { vectors }, meta: { format: INDEX_FORMAT, texts: chunk, ...(keys === undefined ? {} : { keys }), ...(places === undefined ? {} : { places: packPlaces(places) }), model: described?.fingerprint ?? null } }));
      await writeFileAtomic(path, bytes);
      await removePartialFiles(path);
    } else kept += chunk.length;
    chunk.forEach((text, i) => terms.add(count + i, text));
    count += chunk.length;
    parts.push({ name, count: chunk.length, sha256: await sha256(bytes) });
    onProgress(1);
  }
  if (count === 0) throw new RequestError(`${typeof source === "string" ? source : "search index"}: holds no text`);
  await removeOthers(out, parts.map(({ name }) => name));
  const saved = await terms.save();
  await writeFileAtomic(join(out, TERMS_FILE), saved);
  const manifest: IndexManifest = { format: INDEX_FORMAT, model: described, count, parts, terms: { sha256: await sha256(saved) } };
  await writeFileAtomic(join(out, INDEX_FILE), new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`));
  return { ...manifest, kept, broken };
}

/** A part. Throws PackError when it is damaged. */
export async function readPart(bytes: Uint8Array<ArrayBuffer>): Promise<IndexPart & { readonly model: string | null }> {
  const { pack } = await decodePack(bytes);
  const { texts, keys, places, model } = pack.meta as unknown as Pick<IndexPart, "texts" | "keys"> & { readonly places?: PackedPlaces; readonly model: string | null };
  return { texts, keys, places: places === undefined ? undefined : unpackPlaces(places), model, vectors: pack.arrays["vectors"] as HostArray };
}

interface PlacedText extends NamedText {
  readonly place?: TextPlace;
}

/** Texts of files with their places, where they have no name of their own. */
async function* located(source: string, options: RecordOptions): AsyncGenerator<PlacedText> {
  for await (const { record, file, line } of readLocatedRecords("texts", source, options)) yield source === "-" || record.id !== undefined ? record : { ...record, place: { file, line } };
}

/** A part that an earlier run left, if it is whole and of the same model. */
async function wholePart(path: string, model: IndexModel | null): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly part: IndexPart } | undefined> {
  const found = await readIfThere(path);
  if (found === undefined) return undefined;
  const bytes = new Uint8Array(found);
  const part = await readPart(bytes).catch(() => undefined); // made anew
  if (part !== undefined && part.model !== (model?.fingerprint ?? null)) throw new RequestError(`${path} was made with another model; remove the folder and index again`);
  return part === undefined ? undefined : { bytes, part };
}

/** Parts of a longer, earlier run, and what killed writers left; whatever else lies in the folder stays. */
async function removeOthers(out: string, kept: readonly string[]): Promise<void> {
  for (const name of await readdir(out)) if (/^part-\d{6}\.pack(\.partial-.*)?$/.test(name) && !kept.includes(name)) await rm(join(out, name));
}
