/**
 * The language model behind an API: texts go in, arrays come out, and every text is counted. Nothing here gives a tensor, so
 * no gradient can reach the model.
 */
import { equal } from "../../engine/index.ts";
import type { Device, HostArray, Tensor } from "../../engine/index.ts";
import type { Encoding, Tokenizer } from "../../data/index.ts";
import { EVALUATE, pool, weightedPool } from "../../nn/index.ts";
import type { TextBox } from "../../lab/index.ts";
import { encodeRows, mapRows, textRows } from "../../lab/text/index.ts";
import type { MapRowsOptions, RowSet, TokenRows, TrainedBert } from "../../lab/text/index.ts";

export interface BlackBoxOptions {
  /** Most tokens of a row, template included. */
  readonly length: number;
  /** Comes after a text; holds one `[MASK]`. */
  readonly template: string;
  /** Last layers whose states at the mask are averaged; default 4. */
  readonly layers?: number;
  readonly device?: Device;
  readonly signal?: AbortSignal;
}

/** `[CLS] (room for a prompt) text template [SEP]`: the text is cut, the template never. A mask that a text spells out is left out. */
export function templateRows(tokenizer: Pick<Tokenizer, "encode" | "assemble" | "special">, texts: readonly string[], template: string, length: number, prompt = 0): RowSet {
  const { mask, pad = 0 } = tokenizer.special;
  if (mask === undefined) throw new RangeError("crosstune: the tokenizer has no mask token");
  const ending = tokenizer.encode(template);
  if (ending.filter((id) => id === mask).length !== 1) throw new RangeError(`crosstune: template "${template}": expected one [MASK], got ${ending.filter((id) => id === mask).length}`);
  const around = tokenizer.assemble(new Int32Array(0)).ids.length;
  const room = length - around - ending.length - prompt;
  if (room < 1) throw new RangeError(`crosstune: rows of ${length} tokens have no room for a text beside the template and ${prompt} tokens of a prompt`);
  const rows = texts.map((text): Encoding => tokenizer.assemble(Int32Array.from([...new Int32Array(prompt).fill(pad), ...tokenizer.encode(text).filter((id) => id !== mask).subarray(0, room), ...ending])));
  return { rows, pad };
}

/** float32 [B, L]: 1 at the mask. */
export const atMask = (ids: Tensor, mask: number): Tensor => equal(ids, mask).cast("float32");

/** A BERT behind the API. */
export class BlackBox implements TextBox {
  readonly width: number;
  private readonly bert: TrainedBert;
  private readonly options: BlackBoxOptions;
  private counted = 0;

  constructor(bert: TrainedBert, options: BlackBoxOptions) {
    this.width = bert.sizes.width;
    this.bert = bert;
    this.options = options;
  }

  /** Texts that went through the model so far. */
  get calls(): number {
    return this.counted;
  }

  texts(texts: readonly string[]): Promise<HostArray> {
    const { template, length, layers = 4 } = this.options;
    const { model, tokenizer } = this.bert;
    return this.ask(templateRows(tokenizer, texts, template, length), ({ ids, segments, valid }) => {
      const { hidden } = encodeRows(model.encoder, { ids, segments, valid }, EVALUATE);
      const states = hidden.slice(1).slice(-layers).map((layer) => weightedPool(layer, atMask(ids, tokenizer.special.mask as number)));
      return states.reduce((sum, state) => sum.add(state)).div(states.length);
    });
  }

  labels(descriptions: readonly string[]): Promise<HostArray> {
    const { model, tokenizer } = this.bert;
    return this.ask(textRows(tokenizer, descriptions, this.options.length), (rows) => pool(encodeRows(model.encoder, rows, EVALUATE).output, "max", rows.valid));
  }

  private async ask(rows: RowSet, encode: (rows: TokenRows) => Tensor): Promise<HostArray> {
    const { device, signal } = this.options;
    const options: MapRowsOptions = { device, signal };
    this.counted += rows.rows.length;
    return await mapRows(encode, rows, options);
  }
}
