/**
 * Exact nearest neighbours of dense vectors: products with all vectors, chunk by chunk, and the k largest, both in the
 * engine. Chunks and groups of queries have few sizes, so that few programs are compiled.
 */
import { compile, hostArray, topK } from "../../engine/index.ts";
import type { Compiled, HostArray, Tensor } from "../../engine/index.ts";
import { decodePack, encodePack, PackError } from "../pack.ts";
import { requireCount, TopPlaces } from "./hit.ts";
import type { ItemId, SearchHit } from "./hit.ts";

export type VectorMetric =
  /** q . x */
  | "dot"
  /** q . x / (|q| |x|), 0 for a zero vector; vectors are kept at unit length. */
  | "cosine"
  /** -|q - x|^2 */
  | "l2";

export const VECTOR_METRICS: readonly VectorMetric[] = ["dot", "cosine", "l2"];

export interface FlatIndexOptions {
  readonly width: number;
  /** Default cosine. */
  readonly metric?: VectorMetric;
  /** Vectors multiplied at once; default 4096. */
  readonly chunk?: number;
  readonly device?: string;
}

export interface VectorSearchOptions {
  /** Items passed over, for each query. */
  readonly exclude?: readonly Iterable<ItemId>[];
  /** Groups passed over, for each query. */
  readonly excludeGroups?: readonly Iterable<ItemId>[];
  /** `groups`: one hit for each group, its best item; k counts groups. Default items. */
  readonly by?: "items" | "groups";
}

export interface VectorHit extends SearchHit {
  /** Group of the item; the item itself unless one was given. */
  readonly group: ItemId;
}

type Scorer = Compiled<readonly [Tensor, Tensor, Tensor, string], { readonly values: Tensor; readonly indices: Tensor }>;

const FORMAT = "flat-1";
const QUERIES_AT_ONCE = 64;
/** Score of a place of a chunk that holds no vector. */
const EMPTY = -3e38;

const powerOfTwo = (n: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, n)));

export class FlatIndex {
  readonly width: number;
  readonly metric: VectorMetric;
  private readonly chunk: number;
  private readonly scorer: Scorer;
  private vectors = new Float32Array(0);
  /** Added to the products: 0, or -|x|^2. */
  private offsets = new Float32Array(0);
  private ids: ItemId[] = [];
  private groups: ItemId[] = [];
  private placeOf = new Map<ItemId, number>();

  constructor({ width, metric = "cosine", chunk = 4096, device }: FlatIndexOptions) {
    if (!Number.isInteger(width) || width < 1) throw new RangeError(`FlatIndex: width: expected a whole number above 0, got ${width}`);
    if (!VECTOR_METRICS.includes(metric)) throw new RangeError(`FlatIndex: unknown metric "${metric}"; choose one of ${VECTOR_METRICS.join(", ")}`);
    requireCount("FlatIndex: chunk", chunk);
    this.width = width;
    this.metric = metric;
    this.chunk = chunk;
    const alpha = metric === "l2" ? 2 : 1;
    // The count is part of the program, so it comes as text.
    this.scorer = compile((queries: Tensor, rows: Tensor, offsets: Tensor, count: string) => topK(queries.matmul(rows, { transB: true, alpha }).add(offsets), Number(count)), { name: "vector search", device });
  }

  /** Reads what `save` wrote. Throws PackError when it is damaged. */
  static async load(bytes: Uint8Array<ArrayBuffer>, options: Pick<FlatIndexOptions, "chunk" | "device"> = {}): Promise<FlatIndex> {
    const { pack } = await decodePack(bytes);
    const { format, metric, ids, groups } = pack.meta as unknown as { readonly format?: string; readonly metric: VectorMetric; readonly ids: readonly ItemId[]; readonly groups: readonly ItemId[] };
    if (format !== FORMAT) throw new PackError(`expected an index saved as "${FORMAT}", found ${JSON.stringify(format ?? null)}`);
    const vectors = pack.arrays["vectors"] as HostArray;
    const index = new FlatIndex({ ...options, metric, width: vectors.shape[1] as number });
    index.insert(ids, vectors.data as Float32Array, groups);
    return index;
  }

  /** Number of items. */
  get size(): number {
    return this.ids.length;
  }

  has(id: ItemId): boolean {
    return this.placeOf.has(id);
  }

  /** Adds vectors [n, width], in the place of items of the same id. Throws, changing nothing, on values that are not finite. */
  add(ids: readonly ItemId[], vectors: HostArray | Float32Array, { groups = ids }: { readonly groups?: readonly ItemId[] } = {}): void {
    const values = (vectors instanceof Float32Array ? vectors : vectors.data) as Float32Array;
    if (values.length !== ids.length * this.width || groups.length !== ids.length) throw new RangeError(`FlatIndex: ${ids.length} items of width ${this.width} need ${ids.length * this.width} values and ${ids.length} groups, got ${values.length} and ${groups.length}`);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new RangeError(`FlatIndex: item ${JSON.stringify(ids[Math.floor(bad / this.width)])}: value ${bad % this.width} of its vector is ${String(values[bad])}`);
    this.insert(ids, this.metric === "cosine" ? unitRows(values, this.width) : values, groups);
  }

  /** Takes items out; returns how many of them there were. */
  remove(ids: Iterable<ItemId>): number {
    const gone = new Set([...ids].flatMap((id) => this.placeOf.get(id) ?? []));
    if (gone.size === 0) return 0;
    const { width } = this;
    const kept = this.ids.flatMap((_, place) => (gone.has(place) ? [] : [place]));
    kept.forEach((place, next) => {
      this.vectors.copyWithin(next * width, place * width, (place + 1) * width);
      this.offsets[next] = this.offsets[place] as number;
    });
    this.ids = kept.map((place) => this.ids[place] as ItemId);
    this.groups = kept.map((place) => this.groups[place] as ItemId);
    this.placeOf = new Map(this.ids.map((id, place) => [id, place]));
    return gone.size;
  }

  /** The k best items for each query [q, width], best first; fewer where the index holds fewer. */
  async search(queries: HostArray | Float32Array, k: number, options: VectorSearchOptions = {}): Promise<VectorHit[][]> {
    requireCount("FlatIndex: search", k);
    const given = (queries instanceof Float32Array ? queries : queries.data) as Float32Array;
    if (given.length % this.width !== 0) throw new RangeError(`FlatIndex: search: ${given.length} values do not divide into queries of width ${this.width}`);
    const count = given.length / this.width;
    for (const name of ["exclude", "excludeGroups"] as const) if (options[name] !== undefined && options[name].length !== count) throw new RangeError(`FlatIndex: search: ${name}: expected an entry for each of ${count} queries, got ${options[name].length}`);
    const values = this.metric === "cosine" ? unitRows(given, this.width) : given;
    const passed = Array.from({ length: count }, (_, i) => this.passedOver(options.exclude?.[i] ?? [], options.excludeGroups?.[i] ?? []));
    // As many more are fetched as may be passed over; where groups share items, twice as many until enough are seen.
    const most = passed.reduce((largest, set) => Math.max(largest, set.size), 0);
    for (let fetched = Math.min(this.size, k + most); ; fetched = Math.min(this.size, 2 * fetched)) {
      const found = await this.nearest(values, count, fetched);
      const hits = found.map((places, i) => this.finish(places, passed[i] as Set<number>, values.subarray(i * this.width, (i + 1) * this.width), k, options.by ?? "items"));
      if (fetched === this.size || hits.every((list) => list.length === k)) return hits;
    }
  }

  /** Copy of an item's vector as it is kept; undefined when there is none of that id. */
  vector(id: ItemId): Float32Array | undefined {
    const place = this.placeOf.get(id);
    return place === undefined ? undefined : this.vectors.slice(place * this.width, (place + 1) * this.width);
  }

  /** File bytes; with a SHA-256 over the whole. */
  async save(): Promise<Uint8Array<ArrayBuffer>> {
    const vectors = hostArray(this.vectors.slice(0, this.size * this.width), [this.size, this.width]);
    return (await encodePack({ arrays: { vectors }, meta: { format: FORMAT, metric: this.metric, ids: this.ids, groups: this.groups } })).bytes;
  }

  /** Frees the compiled programs; the index can be used again and compiles anew. */
  async release(): Promise<void> {
    await this.scorer.release();
  }

  private insert(ids: readonly ItemId[], values: Float32Array, groups: readonly ItemId[]): void {
    const { width } = this;
    ids.forEach((id, i) => {
      const place = this.placeOf.get(id) ?? this.ids.length;
      if ((place + 1) * width > this.vectors.length) this.reserve(Math.max(place + ids.length - i, 2 * place));
      const row = values.subarray(i * width, (i + 1) * width);
      this.ids[place] = id;
      this.groups[place] = groups[i] as ItemId;
      this.placeOf.set(id, place);
      this.vectors.set(row, place * width);
      this.offsets[place] = this.metric === "l2" ? -row.reduce((total, value) => total + value * value, 0) : 0;
    });
  }

  private reserve(items: number): void {
    const [vectors, offsets] = [new Float32Array(items * this.width), new Float32Array(items)];
    vectors.set(this.vectors);
    offsets.set(this.offsets);
    [this.vectors, this.offsets] = [vectors, offsets];
  }

  private passedOver(items: Iterable<ItemId>, groups: Iterable<ItemId>): Set<number> {
    const places = new Set([...items].flatMap((id) => this.placeOf.get(id) ?? []));
    const names = new Set(groups);
    if (names.size > 0) this.groups.forEach((group, place) => void (names.has(group) && places.add(place)));
    return places;
  }

  /** The `count` best places of each query, with scores. */
  private async nearest(queries: Float32Array, total: number, count: number): Promise<{ readonly place: number; readonly score: number }[][]> {
    const { width, size } = this;
    const top = Array.from({ length: total }, () => new TopPlaces(count));
    const chunk = Math.min(this.chunk, powerOfTwo(size));
    const wanted = Math.min(chunk, powerOfTwo(count));
    const together = total === 1 ? 1 : QUERIES_AT_ONCE;
    for (let start = 0; start < size; start += chunk) {
      const rows = padded(this.vectors.subarray(start * width, Math.min(size, start + chunk) * width), chunk * width, 0);
      const offsets = padded(this.offsets.subarray(start, Math.min(size, start + chunk)), chunk, EMPTY);
      for (let first = 0; first < total; first += together) {
        const group = padded(queries.subarray(first * width, Math.min(total, first + together) * width), together * width, 0);
        const { values, indices } = await this.scorer(hostArray(group, [together, width]), hostArray(rows, [chunk, width]), hostArray(offsets, [chunk]), String(wanted));
        for (let i = 0; i < Math.min(together, total - first); i++) {
          for (let j = 0; j < wanted; j++) {
            const score = values.data[i * wanted + j] as number;
            if (score > EMPTY / 2) top[first + i]?.offer(start + (indices.data[i * wanted + j] as number), score);
          }
        }
      }
    }
    return top.map((places) => places.sorted());
  }

  private finish(found: readonly { readonly place: number; readonly score: number }[], passed: ReadonlySet<number>, query: Float32Array, k: number, by: "items" | "groups"): VectorHit[] {
    const kept = found.filter(({ place }) => !passed.has(place));
    const measured = this.metric === "l2" ? kept.map(({ place }) => ({ place, score: -this.distance(place, query) })).sort((a, b) => b.score - a.score || a.place - b.place) : kept;
    const seen = new Set<ItemId>();
    const hits: VectorHit[] = [];
    for (const { place, score } of measured) {
      const group = this.groups[place] as ItemId;
      if (hits.length === k) break;
      if (by === "groups" && seen.has(group)) continue;
      seen.add(group);
      hits.push({ id: this.ids[place] as ItemId, score, group });
    }
    return hits;
  }

  /** |q - x|^2 by differences: 2 q x - |x|^2 loses digits where both are close. */
  private distance(place: number, query: Float32Array): number {
    return query.reduce((total, value, d) => total + (value - (this.vectors[place * this.width + d] as number)) ** 2, 0);
  }
}

/** The values themselves when they fill `length`, else a copy filled up. */
function padded(values: Float32Array, length: number, fill: number): Float32Array {
  if (values.length === length) return values;
  const longer = new Float32Array(length).fill(fill);
  longer.set(values);
  return longer;
}

function unitRows(values: Float32Array, width: number): Float32Array<ArrayBuffer> {
  const unit = new Float32Array(values);
  for (let start = 0; start < unit.length; start += width) {
    const row = unit.subarray(start, start + width);
    const length = Math.hypot(...row);
    if (length > 0) row.forEach((value, d) => (row[d] = value / length));
  }
  return unit;
}
