/**
 * The bi-encoder: word vectors, each weighed by how much its word says, and a correction of their sum, by a transformer of
 * any depth; without layers by their norm alone. Before training it is the weighted mean of the word vectors, so training
 * starts where a good baseline ends.
 */
import { gather, hostArray, l2Normalize, maskedSoftmax, Parameter } from "../../../engine/index.ts";
import type { RandomStream, Shape, Tensor } from "../../../engine/index.ts";
import { init, Linear, mask, Module, rotary, TransformerEncoder } from "../../../nn/index.ts";
import type { Mode, RotaryTable } from "../../../nn/index.ts";

export interface TowerSettings {
  readonly vocabulary: number;
  /** Numbers in a word vector. */
  readonly wordWidth: number;
  /** Numbers in a state, and in the vector of a text. */
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  readonly hidden: number;
  /** Most tokens of a text. */
  readonly longest: number;
}

/** Where the rows of the vocabulary start from. */
export interface WordTable {
  /** float32 [vocabulary, wordWidth] */
  readonly vectors: Float32Array;
  /** float32 [vocabulary], logarithm of a word's share in a text: low for words that are everywhere. */
  readonly importance: Float32Array;
}

export interface TextBatch {
  /** int [B, L] */
  readonly ids: Tensor;
  /** bool [B, L] */
  readonly valid: Tensor;
}

const SMALL = 0.02;

/** Turns of the attention's queries and keys, cut to a length: a slice of one table, so that a graph with an open length keeps it. */
function turns({ width, heads, longest }: Pick<TowerSettings, "width" | "heads" | "longest">, length: number): RotaryTable {
  const table = rotary(width / heads, longest);
  return { ...table, cos: table.cos.sliceAxis(0, 0, length), sin: table.sin.sliceAxis(0, 0, length) };
}

/** The identity in the first columns, small random numbers elsewhere: word vectors keep their distances. */
const nearIdentity = (random: RandomStream) => ([out, inputs]: Shape): Float32Array =>
  Float32Array.from({ length: (out as number) * (inputs as number) }, (_, i) => random.normal(0, SMALL) + (Math.floor(i / (inputs as number)) === i % (inputs as number) ? 1 : 0));

/** What both models begin with: word vectors with their weights, brought to the width of a transformer. */
export abstract class WordTower<Batch extends TextBatch> extends Module {
  readonly settings: TowerSettings;
  readonly words: Parameter;
  readonly importance: Parameter;
  readonly input: Linear;
  readonly encoder: TransformerEncoder;

  constructor(settings: TowerSettings, table: WordTable, random: RandomStream) {
    super();
    const { vocabulary, wordWidth, width, depth, heads, hidden } = settings;
    this.settings = settings;
    this.words = new Parameter([vocabulary, wordWidth], hostArray(table.vectors, [vocabulary, wordWidth]));
    this.importance = new Parameter([vocabulary, 1], hostArray(table.importance, [vocabulary, 1]));
    this.input = new Linear(wordWidth, width, { random: random.child("input"), bias: false, init: nearIdentity(random.child("input")) });
    this.encoder = new TransformerEncoder({ random: random.child("encoder"), depth, width, heads, feedForward: { hidden } });
  }

  abstract forward(batch: Batch, mode: Mode): Tensor;

  /** States after the transformer [B, L, d], which sees valid tokens only. */
  protected encode(states: Tensor, { ids, valid }: TextBatch, mode: Mode): Tensor {
    return this.encoder.forward(states, mode, { mask: mask.validKeys(valid), rotary: turns(this.settings, ids.dim(1)) }).output;
  }
}

export class SearchEncoder extends WordTower<TextBatch> {
  readonly attention: Linear;
  readonly output: Linear;

  constructor(settings: TowerSettings, table: WordTable, random: RandomStream) {
    super(settings, table, random);
    const { width } = settings;
    this.attention = new Linear(width, 1, { random: random.child("attention"), init: init.zeros });
    this.output = new Linear(width, width, { random: random.child("output"), bias: false, init: init.normal(random.child("output"), SMALL) });
  }

  /** Unit vectors [B, width]. */
  forward(batch: TextBatch, mode: Mode): Tensor {
    const { ids, valid } = batch;
    const states = this.input.forward(gather(this.words, ids)); // [B, L, d]
    const output = this.encode(states, batch, mode);
    const logits = gather(this.importance, ids).add(this.attention.forward(output)).squeeze(-1); // [B, L]
    const shares = maskedSoftmax(logits, valid).unsqueeze(1); // [B, 1, L]
    const plain = l2Normalize(shares.matmul(states).squeeze(1));
    return l2Normalize(plain.add(this.output.forward(shares.matmul(output).squeeze(1))));
  }
}
