/**
 * Checkpoints: all that a run needs to go on, in one safetensors file with a checksum over the whole of it.
 *
 * Any reader of safetensors can take the weights out. Files are written into a fixed number of places in turn, so the
 * previous checkpoint is intact while the next one is written, and a damaged one falls back to the one before.
 */
import type { HostArray } from "../engine/index.ts";
import type { Json } from "../data/index.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

/** Where checkpoints are kept. A write is all or nothing; a store of the lab fits. */
export interface CheckpointStore {
  read(name: string): Promise<Uint8Array | undefined>;
  write(name: string, bytes: Uint8Array): Promise<void>;
}

export interface Checkpoint {
  /** Updates made. */
  readonly step: number;
  /** Weights, optimizer state, averages, random state, history, under their prefixes. */
  readonly tensors: ReadonlyMap<string, HostArray>;
  /** All that is not an array: data position, history of evaluations, early stopping. */
  readonly state: Json;
  readonly settings: Json;
  /** Metrics of the last evaluation. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** A checkpoint with its place in the order of writing. */
export interface StoredCheckpoint extends Checkpoint {
  readonly serial: number;
  readonly name: string;
}

const FORMAT = "reprise-checkpoint-1";
const NO_HASH = "0".repeat(64);

/** File bytes; the checksum is the SHA-256 of the file with zeros in the checksum's place. */
export async function encodeCheckpoint({ tensors, ...manifest }: Checkpoint & { readonly serial: number }): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = encodeSafetensors(tensors, { metadata: { sha256: NO_HASH, format: FORMAT, manifest: JSON.stringify(manifest) } });
  bytes.set(new TextEncoder().encode(await sha256(bytes)), findText(bytes, NO_HASH));
  return bytes;
}

/** Throws, naming the file, when it is damaged or no checkpoint. */
export async function decodeCheckpoint(bytes: Uint8Array, name: string): Promise<StoredCheckpoint> {
  const { tensors, metadata } = decodeSafetensors(bytes, name);
  const { format, sha256: expected = "", manifest = "" } = metadata;
  if (format !== FORMAT) throw new Error(`${name}: expected a checkpoint of format ${FORMAT}, found ${format === undefined ? "none" : `"${format}"`}`);
  const blank = new Uint8Array(bytes);
  const at = findText(blank, expected);
  if (expected.length !== NO_HASH.length || at < 0) throw new Error(`${name}: the checksum is missing`);
  blank.set(new TextEncoder().encode(NO_HASH), at);
  const found = await sha256(blank);
  if (found !== expected) throw new Error(`${name}: the checksum does not match, the file is damaged`);
  return { ...(JSON.parse(manifest) as Omit<StoredCheckpoint, "tensors" | "name">), tensors, name };
}

export interface KeepBest {
  /** Metric of the evaluation. */
  readonly metric: string;
  readonly order: "higher" | "lower";
  /** How many; default 1. */
  readonly keep?: number;
}

export interface KeepOptions {
  /** Latest checkpoints to keep, at least 2; default 2. */
  readonly keep?: number;
  /** Further places for the best checkpoints by a metric. */
  readonly best?: KeepBest;
}

interface Place {
  readonly name: string;
  /** What it holds; null when free or damaged. */
  holds: { readonly serial: number; readonly step: number; readonly value: number } | null;
}

/** Reads and writes the checkpoints of one run. Open it before use. */
export class CheckpointKeeper {
  private readonly store: CheckpointStore;
  private readonly best: KeepBest | undefined;
  private readonly latest: readonly Place[];
  private readonly top: readonly Place[];
  private serial = 0;

  private constructor(store: CheckpointStore, { keep = 2, best }: KeepOptions) {
    if (!Number.isInteger(keep) || keep < 2) throw new RangeError(`checkpoints: keep: expected 2 or more, got ${keep}; with one, a crash while writing could leave none`);
    const places = (prefix: string, count: number): Place[] => Array.from({ length: count }, (_, i) => ({ name: `${prefix}-${i}.safetensors`, holds: null }));
    this.store = store;
    this.best = best;
    this.latest = places("checkpoint", keep);
    this.top = best === undefined ? [] : places("best", best.keep ?? 1);
  }

  /** Looks at what is stored. Damaged files are skipped and described in `problems`; without `resume` all are overwritten in time. */
  static async open(store: CheckpointStore, options: KeepOptions, resume: boolean): Promise<{ readonly keeper: CheckpointKeeper; readonly newest: StoredCheckpoint | null; readonly problems: readonly string[] }> {
    const keeper = new CheckpointKeeper(store, options);
    const problems: string[] = [];
    let newest: StoredCheckpoint | null = null;
    for (const place of [...keeper.latest, ...keeper.top]) {
      const found = await readPlace(store, place.name, problems);
      if (found === null) continue;
      keeper.serial = Math.max(keeper.serial, found.serial);
      const isLatest = keeper.latest.includes(place);
      if (isLatest || resume) place.holds = { serial: found.serial, step: found.step, value: found.metrics[options.best?.metric ?? ""] ?? NaN };
      if (isLatest && resume && (newest === null || found.serial > newest.serial)) newest = found;
    }
    return { keeper, newest, problems };
  }

  /** Stores a checkpoint over the oldest one. Returns the name it was given. */
  async save(checkpoint: Checkpoint): Promise<string> {
    const place = [...this.latest].sort((a, b) => (a.holds?.serial ?? -1) - (b.holds?.serial ?? -1))[0] as Place;
    await this.put(place, checkpoint, NaN);
    return place.name;
  }

  /** Stores a checkpoint among the best if its metric earns a place. Returns the name, or null. */
  async saveIfBest(checkpoint: Checkpoint): Promise<string | null> {
    if (this.best === undefined) return null;
    const { metric, order } = this.best;
    const value = checkpoint.metrics[metric];
    if (value === undefined) throw new Error(`checkpoints: best: the evaluation gave no "${metric}"; it gave ${Object.keys(checkpoint.metrics).join(", ") || "nothing"}`);
    const merit = (place: Place): number => (place.holds === null || Number.isNaN(place.holds.value) ? -Infinity : order === "higher" ? place.holds.value : -place.holds.value);
    const own = order === "higher" ? value : -value;
    const place = this.top.find(({ holds }) => holds?.step === checkpoint.step) ?? ([...this.top].sort((a, b) => merit(a) - merit(b))[0] as Place);
    if (!(own > merit(place)) && place.holds?.step !== checkpoint.step) return null;
    await this.put(place, checkpoint, value);
    return place.name;
  }

  private async put(place: Place, checkpoint: Checkpoint, value: number): Promise<void> {
    const serial = ++this.serial;
    await this.store.write(place.name, await encodeCheckpoint({ ...checkpoint, serial }));
    place.holds = { serial, step: checkpoint.step, value };
  }
}

async function readPlace(store: CheckpointStore, name: string, problems: string[]): Promise<StoredCheckpoint | null> {
  const bytes = await store.read(name);
  if (bytes === undefined) return null;
  try {
    return await decodeCheckpoint(bytes, name);
  } catch (error) {
    problems.push((error as Error).message);
    return null;
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Position of ASCII text in bytes, -1 when absent. */
function findText(bytes: Uint8Array, text: string): number {
  const wanted = new TextEncoder().encode(text);
  if (wanted.length === 0) return -1;
  for (let at = bytes.indexOf(wanted[0] as number); at >= 0; at = bytes.indexOf(wanted[0] as number, at + 1)) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}
