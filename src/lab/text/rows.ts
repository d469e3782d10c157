/** Rows of token ids as encoders read them, made once from texts, and models run over all of them at a few lengths. */
import { compile, hostArray } from "../../engine/index.ts";
import type { Device, HostArray, Hosted, Tensor } from "../../engine/index.ts";
import { bucketLengths, padRows } from "../../data/index.ts";
import type { Encoding, TokenBatch, Tokenizer } from "../../data/index.ts";
import type { TokenRows } from "../foundations/bert-model.ts";
import { extractWith } from "../extract.ts";

/** Rows before padding. */
export interface RowSet {
  readonly rows: readonly Encoding[];
  /** Id that fills rows up. */
  readonly pad: number;
}

type RowTokenizer = Pick<Tokenizer, "encode" | "assemble" | "special">;

const padOf = ({ special: { pad } }: RowTokenizer): number => {
  if (pad === undefined) throw new RangeError("rows: the tokenizer has no padding token");
  return pad;
};

/** `[CLS] text [SEP]`, cut to `maximum` tokens in all. */
export const textRows = (tokenizer: RowTokenizer, texts: readonly string[], maximum: number): RowSet => ({ rows: texts.map((text) => tokenizer.assemble(tokenizer.encode(text), undefined, maximum)), pad: padOf(tokenizer) });

/** `text [SEP]`, as the second part of a pair's row has it, cut to `maximum` tokens in all. */
export function restRows(tokenizer: RowTokenizer, texts: readonly string[], maximum: number): RowSet {
  const before = tokenizer.assemble(new Int32Array(0), new Int32Array(0)).segments.filter((segment) => segment === 0).length;
  const rows = texts.map((text) => {
    const { ids, segments, special } = tokenizer.assemble(new Int32Array(0), tokenizer.encode(text), maximum + before);
    return { ids: ids.subarray(before), segments: segments.subarray(before), special: special.subarray(before) };
  });
  return { rows, pad: padOf(tokenizer) };
}

/** Longest first and second text of a pair, in tokens; without them the longer one is cut until both fit. */
export interface PairCut {
  readonly first?: number;
  readonly second?: number;
}

/** `[CLS] first [SEP] second [SEP]`, the second in segment 1, cut to `maximum` tokens in all. */
export function pairRows(tokenizer: RowTokenizer, pairs: readonly (readonly [first: string, second: string])[], maximum: number, cut: PairCut = {}): RowSet {
  const known = new Map<string, Int32Array>(); // a text often stands in many pairs
  const idsOf = (text: string): Int32Array => {
    const ids = known.get(text) ?? tokenizer.encode(text);
    known.set(text, ids);
    return ids;
  };
  return { rows: pairs.map(([first, second]) => tokenizer.assemble(idsOf(first).subarray(0, cut.first), idsOf(second).subarray(0, cut.second), maximum)), pad: padOf(tokenizer) };
}

/** Chosen rows padded to `length`. */
export const batchOfRows = ({ rows, pad }: RowSet, indices: ArrayLike<number>, length: number): TokenBatch => padRows(Array.from(indices, (index) => rows[index] as Encoding), length, pad);

/** Tokens of each row. */
export const lengthsOf = ({ rows }: RowSet): Int32Array => Int32Array.from(rows, ({ ids }) => ids.length);

export interface MapRowsOptions {
  /** Tokens of a batch; default 4096. */
  readonly tokens?: number;
  /** Lengths that rows are padded to, ascending; default at most four that hold equal shares of the rows. */
  readonly lengths?: readonly number[];
  readonly device?: Device;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What `model` gives for every row, in their order: [n, ...]. It maps rows [B, L] to float32 [B, ...] and is compiled once for each length. */
export async function mapRows(model: (rows: TokenRows) => Tensor, set: RowSet, { tokens = 4096, lengths: wanted, device, signal, onProgress }: MapRowsOptions = {}): Promise<HostArray> {
  const own = lengthsOf(set);
  if (own.length === 0) throw new RangeError("mapRows: expected at least one row, got none");
  const lengths = wanted ?? bucketLengths(own);
  const run = compile(({ ids, segments, valid }: TokenRows) => model({ ids, segments, valid }), { device, name: "rows" });
  let results = new Float32Array(0);
  let item: readonly number[] = [];
  let done = 0;
  try {
    for (const [bucket, length] of lengths.entries()) {
      const shorter = lengths[bucket - 1] ?? 0;
      const members = Int32Array.from(own.keys()).filter((row) => (own[row] as number) > shorter && ((own[row] as number) <= length || bucket === lengths.length - 1));
      if (members.length === 0) continue;
      const collate = (indices: Int32Array): Hosted<TokenRows> => {
        const { ids, segments, valid } = batchOfRows(set, indices, length);
        return { ids, segments, valid };
      };
      const { data, shape } = await extractWith((batch: Record<string, HostArray>) => run(batch as unknown as Hosted<TokenRows>), (indices) => ({ ...collate(indices) }) as Record<string, HostArray>, members, { batchSize: Math.max(1, Math.floor(tokens / length)), signal });
      item = shape.slice(1);
      const size = item.reduce((product, extent) => product * extent, 1);
      if (results.length === 0) results = new Float32Array(own.length * size);
      members.forEach((row, i) => results.set(data.subarray(i * size, (i + 1) * size) as Float32Array, row * size));
      onProgress?.((done += members.length), own.length);
    }
  } finally {
    await run.release();
  }
  return hostArray(results, [own.length, ...item]);
}

/** Rows [rows, length] of token 0 without padding: what a pass costs does not depend on what stands in them. */
export const fullRows = (rows: number, length: number): Readonly<Record<keyof TokenRows, HostArray>> => ({
  ids: hostArray(new Int32Array(rows * length), [rows, length]),
  segments: hostArray(new Int32Array(rows * length), [rows, length]),
  valid: hostArray(new Uint8Array(rows * length).fill(1), [rows, length], "bool"),
});

/** FLOPs of matrix products of a model on one row of `length` tokens, counted from its graph. */
export const rowFlops = (model: (rows: TokenRows) => Tensor, length: number): number =>
  compile(({ ids, segments, valid }: TokenRows) => model({ ids, segments, valid }), { name: "cost of a row" }).explain(fullRows(1, length)).flops.products;
