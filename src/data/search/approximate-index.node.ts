/**
 * Approximate nearest neighbours by a navigable small-world graph (HNSW, arXiv 1603.09320) from the library usearch,
 * which is optional: for sets too large for the exact FlatIndex. Node only.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Index, MetricKind, ScalarKind } from "usearch";
import { hostArray } from "../../engine/host-array.ts";
import type { HostArray } from "../../engine/host-array.ts";
import { decodePack, encodePack, PackError } from "../pack.ts";
import type { VectorMetric } from "./flat-index.ts";
import { requireCount } from "./hit.ts";
import type { ItemId, SearchHit } from "./hit.ts";

export interface ApproximateIndexOptions {
  readonly width: number;
  /** Default cosine. */
  readonly metric?: VectorMetric;
  /** How vectors are kept: 4, 2 or 1 bytes a number; default float32. */
  readonly precision?: "float32" | "float16" | "int8";
  /** Neighbours of a node in the graph; default 16. */
  readonly connectivity?: number;
  /** Nodes looked at while adding; default 128. */
  readonly effortAdding?: number;
  /** Nodes looked at while searching: more finds more of the true neighbours; default 64. */
  readonly effortSearching?: number;
}

type Settings = Required<ApproximateIndexOptions>;

const FORMAT = "approximate-1";
const DEFAULTS: Omit<Settings, "width"> = { metric: "cosine", precision: "float32", connectivity: 16, effortAdding: 128, effortSearching: 64 };
const METRICS: Readonly<Record<VectorMetric, string>> = { dot: "ip", cosine: "cos", l2: "l2sq" };
const PRECISIONS: Readonly<Record<Settings["precision"], string>> = { float32: "f32", float16: "f16", int8: "i8" };

export class ApproximateIndex {
  readonly settings: Settings;
  private readonly graph: Index;
  private ids: ItemId[] = [];
  private readonly keyOf = new Map<ItemId, number>();

  private constructor(settings: Settings, graph: Index) {
    this.settings = settings;
    this.graph = graph;
  }

  /** Throws when the library is not installed. */
  static async create(options: ApproximateIndexOptions): Promise<ApproximateIndex> {
    const settings = { ...DEFAULTS, ...options };
    if (!(settings.metric in METRICS)) throw new RangeError(`ApproximateIndex: unknown metric "${settings.metric}"; choose one of ${Object.keys(METRICS).join(", ")}`);
    if (!(settings.precision in PRECISIONS)) throw new RangeError(`ApproximateIndex: unknown precision "${settings.precision}"; choose one of ${Object.keys(PRECISIONS).join(", ")}`);
    const { Index: Graph } = await library();
    const graph = new Graph({
      dimensions: settings.width,
      metric: METRICS[settings.metric] as MetricKind,
      quantization: PRECISIONS[settings.precision] as ScalarKind,
      connectivity: settings.connectivity,
      expansion_add: settings.effortAdding,
      expansion_search: settings.effortSearching,
      multi: false,
    });
    return new ApproximateIndex(settings, graph);
  }

  /** Reads what `save` wrote. Throws PackError when it is damaged. */
  static async load(bytes: Uint8Array<ArrayBuffer>): Promise<ApproximateIndex> {
    const { pack } = await decodePack(bytes);
    const { format, settings, ids, keys } = pack.meta as unknown as { readonly format?: string; readonly settings: Settings; readonly ids: readonly ItemId[]; readonly keys: readonly number[] };
    if (format !== FORMAT) throw new PackError(`expected an index saved as "${FORMAT}", found ${JSON.stringify(format ?? null)}`);
    const index = await ApproximateIndex.create(settings);
    await withFile(async (path) => {
      await writeFile(path, (pack.arrays["graph"] as HostArray).data as Uint8Array);
      index.graph.load(path);
    });
    ids.forEach((id, i) => {
      index.keyOf.set(id, keys[i] as number);
      index.ids[keys[i] as number] = id;
    });
    return index;
  }

  /** Number of items. */
  get size(): number {
    return this.keyOf.size;
  }

  has(id: ItemId): boolean {
    return this.keyOf.has(id);
  }

  /** Adds vectors [n, width], in place of items of the same id. */
  add(ids: readonly ItemId[], vectors: HostArray | Float32Array): void {
    const { width } = this.settings;
    const values = (vectors instanceof Float32Array ? vectors : vectors.data) as Float32Array;
    if (values.length !== ids.length * width) throw new RangeError(`ApproximateIndex: ${ids.length} items of width ${width} need ${ids.length * width} values, got ${values.length}`);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new RangeError(`ApproximateIndex: item ${JSON.stringify(ids[Math.floor(bad / width)])}: value ${bad % width} of its vector is ${String(values[bad])}`);
    // Of items named twice the last counts.
    const rows = new Map(ids.map((id, i) => [id, i]));
    this.remove(rows.keys());
    if (rows.size === 0) return;
    const keys = [...rows.keys()].map((id) => {
      const key = this.ids.push(id) - 1;
      this.keyOf.set(id, key);
      return BigInt(key);
    });
    this.graph.add(BigUint64Array.from(keys), [...rows.values()].map((i) => values.subarray(i * width, (i + 1) * width)));
  }

  /** Takes items out; returns how many of them there were. */
  remove(ids: Iterable<ItemId>): number {
    let removed = 0;
    for (const id of ids) {
      const key = this.keyOf.get(id);
      if (key === undefined) continue;
      this.graph.remove(BigInt(key));
      this.keyOf.delete(id);
      removed++;
    }
    return removed;
  }

  /** About the k best items for each query [q, width], best first. */
  search(queries: HostArray | Float32Array, k: number): SearchHit[][] {
    requireCount("ApproximateIndex: search", k);
    const { width, metric } = this.settings;
    const values = (queries instanceof Float32Array ? queries : queries.data) as Float32Array;
    if (values.length % width !== 0) throw new RangeError(`ApproximateIndex: search: ${values.length} values do not divide into queries of width ${width}`);
    const wanted = Math.min(k, this.size);
    if (wanted === 0) return Array.from({ length: values.length / width }, () => []);
    return Array.from({ length: values.length / width }, (_, i): SearchHit[] => {
      const { keys, distances } = this.graph.search(values.subarray(i * width, (i + 1) * width), wanted, 0);
      return Array.from(keys, (key, j): SearchHit => ({ id: this.ids[Number(key)] as ItemId, score: (metric === "l2" ? 0 : 1) - (distances[j] as number) }));
    });
  }

  /** File bytes; with a SHA-256 over the whole. */
  async save(): Promise<Uint8Array<ArrayBuffer>> {
    const graph = await withFile(async (path) => {
      this.graph.save(path);
      return new Uint8Array(await readFile(path));
    });
    const entries = [...this.keyOf];
    const meta = { format: FORMAT, settings: { ...this.settings }, ids: entries.map(([id]) => id), keys: entries.map(([, key]) => key) };
    return (await encodePack({ arrays: { graph: hostArray(graph, [graph.length], "uint8") }, meta })).bytes;
  }
}

async function library(): Promise<typeof import("usearch")> {
  try {
    return await import("usearch");
  } catch (cause) {
    throw new Error("ApproximateIndex needs the optional package usearch, which is not installed or has no build for this platform; run `npm install usearch`, or use the exact FlatIndex", { cause });
  }
}

/** Runs a task with the path of a file of its own, gone afterwards: the library reads and writes files only. */
async function withFile<R>(task: (path: string) => Promise<R>): Promise<R> {
  const directory = await mkdtemp(join(tmpdir(), "reprise-index-"));
  try {
    return await task(join(directory, "graph"));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
