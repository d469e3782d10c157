/** Answers stored once and scored against any query: `index(candidates)`, `score(query)`. */
import { compile, hostArray } from "../../engine/index.ts";
import type { Compiled, Device, Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { batchOfRows, mapRows, textRows } from "../../lab/text/index.ts";
import type { TokenRows } from "../../lab/text/index.ts";
import type { MixEncoder } from "./mixencoder-model.ts";

export interface AnswerIndexOptions {
  readonly model: MixEncoder;
  readonly tokenizer: Tokenizer;
  /** Most tokens of a query and of a candidate, special ones included; no more than the model's positions. Default 96 and 24. */
  readonly lengths?: { readonly query: number; readonly document: number };
  readonly device?: Device;
}

export interface FoundAnswer {
  /** Place among all that were indexed, in order. */
  readonly index: number;
  readonly candidate: string;
  readonly score: number;
}

/** Candidates scored in one call; more are scored in several, each of which encodes the query again. */
const MOST = 4096;
/** Places of a program: the next power of two from here up, so that a growing index needs few. */
const LEAST = 64;

/** Holds k vectors of each candidate. Compiles one program for each size it grows to; `release` frees them. */
export class AnswerIndex {
  private readonly options: Required<Omit<AnswerIndexOptions, "device">>;
  private readonly device: Device | undefined;
  private readonly run: Compiled<[TokenRows, Tensor], Tensor>;
  private readonly candidates: string[] = [];
  private readonly parts: Float32Array[] = [];

  constructor({ lengths = { query: 96, document: 24 }, device, ...options }: AnswerIndexOptions) {
    this.options = { ...options, lengths };
    this.device = device;
    this.run = compile((query: TokenRows, stored: Tensor) => options.model.score(query, stored, EVALUATE), { device, name: "score" });
  }

  get size(): number {
    return this.candidates.length;
  }

  /** Bytes that are stored of each candidate. */
  get bytesEach(): number {
    return 4 * this.width;
  }

  /** Adds candidates; they are encoded once, here. */
  async index(candidates: readonly string[]): Promise<void> {
    if (candidates.length === 0) return;
    const { model, tokenizer, lengths } = this.options;
    const { data } = await mapRows((rows) => model.precompute(rows, EVALUATE), textRows(tokenizer, candidates, lengths.document), { device: this.device });
    this.candidates.push(...candidates);
    this.parts.push(data as Float32Array);
  }

  /** Scores of all candidates for a query, in the order in which they were indexed. */
  async score(query: string): Promise<Float32Array> {
    const { tokenizer, lengths, model } = this.options;
    const [codes, width] = model.codes.codes.shape as [number, number];
    const { ids, segments, valid } = batchOfRows(textRows(tokenizer, [query], lengths.query), [0], lengths.query);
    const scores = new Float32Array(this.size);
    const stored = this.joined();
    for (let start = 0; start < this.size; start += MOST) {
      const count = Math.min(MOST, this.size - start);
      const places = Math.max(LEAST, 2 ** Math.ceil(Math.log2(count)));
      const part = new Float32Array(places * this.width);
      part.set(stored.subarray(start * this.width, (start + count) * this.width));
      const { data } = await this.run({ ids, segments, valid }, hostArray(part, [1, places, codes, width]));
      scores.set((data as Float32Array).subarray(0, count), start);
    }
    return scores;
  }

  /** The best `k` candidates, best first; equal scores keep their order. */
  async search(query: string, k = 10): Promise<FoundAnswer[]> {
    const scores = await this.score(query);
    return this.candidates.map((candidate, index) => ({ index, candidate, score: scores[index] as number })).sort((a, b) => b.score - a.score).slice(0, k);
  }

  release(): Promise<void> {
    return this.run.release();
  }

  private get width(): number {
    return this.options.model.codes.codes.size;
  }

  /** All vectors in one array; parts are joined when a search needs them. */
  private joined(): Float32Array {
    if (this.parts.length > 1) {
      const all = new Float32Array(this.size * this.width);
      let at = 0;
      for (const part of this.parts) {
        all.set(part, at);
        at += part.length;
      }
      this.parts.splice(0, this.parts.length, all);
    }
    return this.parts[0] ?? new Float32Array(0);
  }
}
