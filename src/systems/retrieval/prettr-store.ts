/** Documents read ahead of any query: `precompute(docs)`, `rerank(query, ids)`. */
import { compile, hostArray } from "../../engine/index.ts";
import type { Compiled, Device, HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { float16ToFloat32, float32ToFloat16 } from "../../train/half.ts";
import { batchOfRows, lengthsOf, mapRows, restRows, textRows } from "../../lab/text/index.ts";
import type { TokenRows } from "../../lab/text/index.ts";
import type { SplitEncoder } from "./prettr-model.ts";

export interface DocumentStoreOptions {
  readonly model: SplitEncoder;
  readonly tokenizer: Tokenizer;
  /** Most tokens of a document, its [SEP] included; with the model's query length no more than the encoder's positions. Default 80. */
  readonly documentLength?: number;
  /** Whether stored numbers are rounded to half precision; default only where they are compressed. */
  readonly half?: boolean;
  readonly device?: Device;
}

export interface RerankedDocument {
  readonly id: number;
  readonly score: number;
}

interface StoredDocument {
  readonly tokens: number;
  readonly values: Float32Array | Uint16Array;
}

interface Asked {
  readonly query: TokenRows;
  readonly stored: Tensor;
  readonly valid: Tensor;
}

/** Documents in one call are filled up to a multiple of this, so that few programs serve all lists. */
const STEP = 4;

/** Keeps in memory what the layers apart make of each document. `release` frees the programs. */
export class DocumentStore {
  private readonly options: Required<Omit<DocumentStoreOptions, "device">>;
  private readonly device: Device | undefined;
  private readonly run: Compiled<[Asked], Tensor>;
  private readonly documents: StoredDocument[] = [];
  private width = 0;

  constructor({ model, tokenizer, documentLength = 80, half = model.compressor !== null, device }: DocumentStoreOptions) {
    this.options = { model, tokenizer, documentLength, half };
    this.device = device;
    this.run = compile(({ query, stored, valid }: Asked) => model.scoreStored(model.encodeQuery(query, EVALUATE), { states: stored, valid }, EVALUATE), { device, name: "rerank" });
  }

  get size(): number {
    return this.documents.length;
  }

  /** Bytes stored in all, and of each token. */
  get bytes(): { readonly all: number; readonly token: number } {
    return { all: this.documents.reduce((sum, { values }) => sum + values.byteLength, 0), token: this.width * (this.options.half ? 2 : 4) };
  }

  /** Reads documents and keeps them; gives their ids, which count from 0. */
  async precompute(texts: readonly string[]): Promise<number[]> {
    const { model, tokenizer, documentLength, half } = this.options;
    const first = this.documents.length;
    const PART = 256; // states of all documents at once would be large
    for (let start = 0; start < texts.length; start += PART) {
      const set = restRows(tokenizer, texts.slice(start, start + PART), documentLength);
      const { data, shape } = await mapRows((rows) => model.precompute(rows, EVALUATE), set, { lengths: [documentLength], device: this.device });
      const [, , width] = shape as [number, number, number];
      this.width = width;
      for (const [row, tokens] of lengthsOf(set).entries()) {
        const values = (data as Float32Array).slice(row * documentLength * width, (row * documentLength + tokens) * width);
        this.documents.push({ tokens, values: half ? float32ToFloat16(values) : values });
      }
    }
    return texts.map((_, i) => first + i);
  }

  /** Stored documents by how well they answer a query, best first; equal scores keep the order of `ids`. Throws on an unknown id. */
  async rerank(query: string, ids: readonly number[]): Promise<RerankedDocument[]> {
    if (ids.length === 0) return [];
    const { data } = await this.run(this.arraysOf(query, ids));
    return ids.map((id, i) => ({ id, score: Number(data[i]) })).sort((a, b) => b.score - a.score);
  }

  /** FLOPs of products that `rerank` takes. */
  flops(query: string, ids: readonly number[]): number {
    return this.run.explain(this.arraysOf(query, ids)).flops.products;
  }

  release(): Promise<void> {
    return this.run.release();
  }

  private arraysOf(query: string, ids: readonly number[]): { readonly query: Record<keyof TokenRows, HostArray>; readonly stored: HostArray; readonly valid: HostArray } {
    const { model: { queryLength }, tokenizer, documentLength } = this.options;
    const rows = batchOfRows(textRows(tokenizer, [query], queryLength), [0], queryLength);
    const places = Math.ceil(ids.length / STEP) * STEP;
    const stored = new Float32Array(places * documentLength * this.width);
    const valid = new Uint8Array(places * documentLength);
    ids.forEach((id, place) => {
      const document = this.documents[id];
      if (document === undefined) throw new RangeError(`rerank: unknown document ${id}; there are ${this.size}, counted from 0`);
      stored.set(document.values instanceof Uint16Array ? float16ToFloat32(document.values) : document.values, place * documentLength * this.width);
      valid.fill(1, place * documentLength, place * documentLength + document.tokens);
    });
    return {
      query: { ids: rows.ids, segments: rows.segments, valid: rows.valid },
      stored: hostArray(stored, [places, documentLength, this.width]),
      valid: hostArray(valid, [places, documentLength], "bool"),
    };
  }
}
