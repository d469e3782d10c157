/**
 * Computes the vectors that are missing. It can be killed at any time: a batch of papers is stored whole or not at all, and
 * what is stored is not done again. Passages that a changed paper kept keep their vectors.
 */
import { encodedTexts, passagesOf } from "./documents.ts";
import { encodingKey, textHash } from "./encoding-key.ts";
import type { TextEncoderPort } from "./models/port.ts";
import { pruneChanges } from "./change-log.ts";
import { ensureVectorIndex } from "./pgvector-neighbours.ts";
import { readable } from "./readable.ts";
import { countEncodings, countPending, dropWithdrawn, pendingPapers, storeEncodings, storedModel, vectorsOf } from "./vector-store.ts";
import type { Encoding, PendingPaper, StoredModel } from "./vector-store.ts";
import type { Database } from "../store/database.ts";

export interface EncodeOptions {
  /** Stops after the batch being done; the call then rejects. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EncodeProgress) => void;
  /** Papers stored at a time. */
  readonly batch?: number;
}

export interface EncodeProgress {
  readonly papers: number;
  /** Papers that lacked vectors when it began. */
  readonly total: number;
}

export interface EncodeReport {
  readonly model: string;
  /** Papers that got vectors. */
  readonly papers: number;
  /** Passages that were encoded. */
  readonly encoded: number;
  /** Passages of those papers that had their vectors already. */
  readonly kept: number;
}

const BATCH = 32;
/** Share of the papers that must be new for the statistics to be renewed. */
const WORTH_LOOKING = 0.05;

/** Encodes every paper that has no vectors of this encoder, or was changed since. Run twice at once it does some papers twice, nothing wrong. */
export async function encodePapers(database: Database, encoder: TextEncoderPort, { signal, onProgress, batch = BATCH }: EncodeOptions = {}): Promise<EncodeReport> {
  const model = await storedModel(database, encoder.id, encoder.dimension);
  const prefix = encodingKey("");
  await dropWithdrawn(database);
  await pruneChanges(database);
  const total = await countPending(database, model, prefix);
  const report = { papers: 0, encoded: 0, kept: 0 };
  for (let [after, storedThisTime] = ["", 0]; ; ) {
    signal?.throwIfAborted();
    const papers = await pendingPapers(database, model, prefix, after, batch);
    const last = papers.at(-1);
    if (last === undefined && storedThisTime === 0) break;
    if (last === undefined) {
      [after, storedThisTime] = ["", 0]; // once more from the start, for papers that changed meanwhile
      continue;
    }
    const { encodings, encoded, kept } = await encodeBatch(database, model, encoder, papers);
    signal?.throwIfAborted();
    const stored = await storeEncodings(database, model, encodings);
    storedThisTime += stored;
    report.papers += stored;
    report.encoded += encoded;
    report.kept += kept;
    after = last.id;
    onProgress?.({ papers: report.papers, total });
  }
  await ensureVectorIndex(database, model);
  if (report.papers > 0) await refreshStatistics(database, model, report.papers);
  return { model: model.name, ...report };
}

/**
 * Postgres plans by what it knows of the tables: without it, it does not use the index of vectors. PGlite never looks by
 * itself, and a server looks too late after a large import. Left out when few papers of many are new.
 */
async function refreshStatistics(database: Database, model: StoredModel, stored: number): Promise<void> {
  if (stored >= WORTH_LOOKING * (await countEncodings(database, model))) await database.execute("analyze papers; analyze search_encodings; analyze search_vectors");
}

async function encodeBatch(database: Database, model: StoredModel, encoder: TextEncoderPort, papers: readonly PendingPaper[]): Promise<{ encodings: Encoding[]; encoded: number; kept: number }> {
  const stored = new Map((await vectorsOf(database, model, papers.map(({ id }) => id))).map(({ paper, textHash: hash, vector }) => [`${paper} ${hash}`, vector]));
  const parts = papers.map((paper) => {
    const texts = encodedTexts({ title: readable(paper.title), keywords: paper.keywords.map(readable), passages: passagesOf(paper) });
    return texts.map((text) => ({ text, hash: textHash(text), known: stored.get(`${paper.id} ${textHash(text)}`) }));
  });
  const fresh = parts.flat().filter(({ known }) => known === undefined);
  const vectors = fresh.length === 0 ? [] : await encoder.encode(fresh.map(({ text }) => text), "document");
  const bad = vectors.find((vector) => vector.length !== encoder.dimension || !vector.every(Number.isFinite));
  if (bad || vectors.length !== fresh.length) throw new Error(`the encoder "${encoder.id}" gave ${vectors.length} vectors for ${fresh.length} texts${bad ? `, one with ${bad.length} numbers or with numbers that are not finite` : ""}; ${encoder.dimension} finite numbers were expected of each`);
  let next = 0;
  const encodings = papers.map((paper, i): Encoding => {
    const own = (parts[i] ?? []).map(({ hash, known }, position) => ({ position, textHash: hash, vector: known ?? (vectors[next++] as Float32Array) }));
    return { paper: paper.id, contentHash: paper.content_hash, key: encodingKey(paper.content_hash), vectors: own };
  });
  return { encodings, encoded: fresh.length, kept: parts.flat().length - fresh.length };
}
