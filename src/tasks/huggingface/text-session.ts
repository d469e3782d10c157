/**
 * A text model as one onnxruntime session with open batch and sequence axes: any number of texts of any length without
 * compiling anything again.
 */
import { hostArray, openModel } from "../../engine/index.ts";
import type { HostArray, OpenModel, OpenModelOptions } from "../../engine/index.ts";
import { planBatches } from "./batch-plan.ts";
import type { BatchLimits } from "./batch-plan.ts";
import type { EncodedText } from "./tokenizer.ts";

export interface TextSessionOptions extends OpenModelOptions {
  /** Whether the graph reads `token_type_ids`. */
  readonly segments: boolean;
  /** The output wanted: one row for each text. */
  readonly output: string;
  readonly padId: number;
}

/** What happens between the batches of a long list. */
export interface BatchHooks {
  /** Stops before the next batch; rejects with its reason. */
  readonly signal?: AbortSignal;
  /** After each batch: the share of all tokens that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** Tokens of a batch that keep two to eight cores busy and still fit into their caches. */
export const USUAL_TOKENS = 2048;

export class TextSession {
  private readonly model: OpenModel;
  private readonly options: Omit<TextSessionOptions, keyof OpenModelOptions>;

  private constructor(model: OpenModel, options: TextSessionOptions) {
    this.model = model;
    this.options = options;
  }

  /** Opens the bytes of a graph with the names that `exportTextOnnx` gives. */
  static async open(bytes: Uint8Array, options: TextSessionOptions): Promise<TextSession> {
    return new TextSession(await openModel(bytes, options), options);
  }

  /** One padded batch, [n, d]. */
  async batch(texts: readonly EncodedText[]): Promise<HostArray> {
    const { segments, output } = this.options;
    const length = texts.reduce((longest, { ids }) => Math.max(longest, ids.length), 1);
    const shape = [texts.length, length];
    const size = texts.length * length;
    const [ids, mask, types] = [new BigInt64Array(size).fill(BigInt(this.options.padId)), new BigInt64Array(size), new BigInt64Array(size)];
    texts.forEach((text, row) => {
      const start = row * length;
      for (let i = 0; i < text.ids.length; i++) {
        ids[start + i] = BigInt(text.ids[i] as number);
        types[start + i] = BigInt(text.segments[i] ?? 0);
      }
      mask.fill(1n, start, start + text.ids.length);
    });
    const array = (data: BigInt64Array): HostArray => hostArray(data, shape, "int64");
    const inputs = { input_ids: array(ids), attention_mask: array(mask), ...(segments ? { token_type_ids: array(types) } : {}) };
    return (await this.model.run(inputs, [output]))[output] as HostArray;
  }

  /** All texts in their order, [n, d], in batches of like length. */
  async rows(texts: readonly EncodedText[], limits: BatchLimits = { tokens: USUAL_TOKENS }, { signal, onProgress }: BatchHooks = {}): Promise<HostArray> {
    const total = texts.reduce((sum, { ids }) => sum + ids.length, 0);
    let done = 0;
    let all = new Float32Array(0);
    let width = 0;
    for (const places of planBatches(texts.map(({ ids }) => ids.length), limits)) {
      signal?.throwIfAborted();
      const { data, shape } = await this.batch(places.map((i) => texts[i] as EncodedText));
      if (width === 0) {
        width = shape[1] as number;
        all = new Float32Array(texts.length * width);
      }
      places.forEach((i, k) => all.set((data as Float32Array).subarray(k * width, (k + 1) * width), i * width));
      done += places.reduce((sum, i) => sum + (texts[i] as EncodedText).ids.length, 0);
      onProgress?.(total === 0 ? 1 : done / total);
    }
    return hostArray(all, [texts.length, width]);
  }

  async release(): Promise<void> {
    await this.model.release();
  }
}
