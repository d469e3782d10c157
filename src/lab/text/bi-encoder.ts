/** Bi-encoders: a text becomes one vector, whatever it is compared with. */
import type { HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import { DualEncoder, EVALUATE, Module, pool } from "../../nn/index.ts";
import type { Mode, PoolKind, TextEncoder, Tower } from "../../nn/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { encodeRows } from "../foundations/bert-model.ts";
import type { TokenRows } from "../foundations/bert-model.ts";
import type { TrainedBert } from "../foundations/bert-en.ts";
import { mapRows, textRows } from "./rows.ts";
import type { MapRowsOptions } from "./rows.ts";

/** An encoder with its pooling: rows [B, L] -> [B, d]. */
export class TextTower extends Module implements Tower<TokenRows> {
  readonly encoder: TextEncoder;
  readonly pooling: PoolKind;

  constructor(encoder: TextEncoder, pooling: PoolKind) {
    super();
    this.encoder = encoder;
    this.pooling = pooling;
  }

  forward(rows: TokenRows, mode: Mode): Tensor {
    return pool(encodeRows(this.encoder, rows, mode).output, this.pooling, rows.valid);
  }
}

/** Both sides share one tower, or have a tower each. */
export type BiEncoder = DualEncoder<TokenRows, TokenRows>;

export interface BiEncoderOptions {
  readonly random: RandomStream;
  /** Default mean. */
  readonly pooling?: PoolKind;
  /** Width of the vectors, reached by a Linear without bias; default that of the encoder. */
  readonly width?: number;
  /** Fixed factor on similarities is 1 / temperature. Default 0.05. */
  readonly temperature?: number;
  /** Whether vectors have unit length; default true. */
  readonly normalize?: boolean;
}

/** A bi-encoder on a trained BERT's encoder, tied. The BERT's weights are trained on in place: read it anew for each arm. */
export function biEncoderOf({ model, sizes }: Pick<TrainedBert, "model" | "sizes">, { random, pooling = "mean", width, temperature = 0.05, normalize }: BiEncoderOptions): BiEncoder {
  const tower = new TextTower(model.encoder, pooling);
  return new DualEncoder({
    random: random.child("dual encoder"),
    query: tower,
    passage: tower,
    projection: width === undefined ? undefined : { width, queryWidth: sizes.width, passageWidth: sizes.width },
    temperature,
    learnedTemperature: false,
    normalize,
  });
}

/** Vectors of many texts, [n, d]: as queries or as passages. */
export function encodeTexts(model: BiEncoder, side: "query" | "passage", tokenizer: Tokenizer, texts: readonly string[], { maximum, ...options }: MapRowsOptions & { readonly maximum: number }): Promise<HostArray> {
  const encode = side === "query" ? model.encodeQuery.bind(model) : model.encodePassage.bind(model);
  return mapRows((rows) => encode(rows, EVALUATE), textRows(tokenizer, texts, maximum), options);
}
