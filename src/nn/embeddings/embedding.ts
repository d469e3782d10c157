/** Vectors by id: one table, and the sum of tables with which text encoders begin. */
import { full, gather, mul, Parameter, where } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { dropout } from "../dropout.ts";
import { normal } from "../init.ts";
import type { InitFactory } from "../init.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import { makeNorm } from "../norm.ts";
import type { Norm, NormKind } from "../norm.ts";
import { LearnedPositions } from "../positions/learned.ts";

export interface EmbeddingOptions {
  readonly random: RandomStream;
  /** This id gives zeros and its row gets no gradient. */
  readonly padId?: number;
  /** Default a normal of deviation 1, as in PyTorch. */
  readonly init?: InitFactory;
}

/** Table [count, d]: ids [..] int32 -> [.., d]. */
export class Embedding extends Module {
  readonly weight: Parameter;
  readonly padId: number | null;

  constructor(count: number, width: number, { random, padId, init = normal }: EmbeddingOptions) {
    super();
    this.weight = new Parameter([count, width], init(random.child("weight")));
    this.padId = padId ?? null;
  }

  forward(ids: Tensor): Tensor {
    const rows = gather(this.weight, ids);
    return this.padId === null ? rows : mul(rows, where(ids.equal(this.padId), full([], 0), full([], 1)).unsqueeze(-1));
  }
}

export interface TokenEmbeddingOptions {
  readonly random: RandomStream;
  readonly vocabulary: number;
  readonly width: number;
  /** Width of the word table, mapped to `width` by a Linear (factorised embedding, arXiv 1909.11942). */
  readonly factorWidth?: number;
  /** What is mapped from `factorWidth`: word vectors only, or the sum of all tables after its norm (ALBERT, ELECTRA). Default "words". */
  readonly factored?: "words" | "sum";
  /** Whether the map is there even where both widths are equal (ALBERT); default false. */
  readonly alwaysMapped?: boolean;
  /** Word table shared with another embedding. */
  readonly word?: Embedding;
  /** Whether the layer norm has a shift; default true. */
  readonly normBias?: boolean;
  /** Number of learned positions; default none. */
  readonly positions?: number;
  /** Added to position ids before the look-up; 2 in RoBERTa's layout. */
  readonly positionOffset?: number;
  /** Further tables by name, such as `{ segment: 2, language: 15 }`. */
  readonly tables?: Readonly<Record<string, number>>;
  readonly padId?: number;
  /** Factor on word vectors, such as sqrt(width). */
  readonly scale?: number;
  /** Norm of the sum; default none. */
  readonly norm?: NormKind;
  readonly eps?: number;
  readonly dropout?: number;
  /** Of all tables; default a normal of deviation 0.02. */
  readonly init?: InitFactory;
  /** Of positions and further tables; default as of words. */
  readonly placeInit?: InitFactory;
}

export interface TokenEmbeddingInputs {
  /** int32 [B, L]; default 0..L-1. */
  readonly positionIds?: Tensor;
  /** Ids for the further tables by name, [B, L] or [B, 1]; a table without ids adds nothing. */
  readonly ids?: Readonly<Record<string, Tensor>>;
}

/** ids [B, L] -> [B, L, d]: word + position + further tables, then norm and dropout. */
export class TokenEmbedding extends Module {
  readonly word: Embedding;
  readonly projection: Linear | null;
  readonly position: LearnedPositions | null;
  readonly tables: Readonly<Record<string, Embedding>>;
  readonly norm: Norm | null;
  readonly scale: number;
  readonly dropout: number;
  readonly factored: "words" | "sum";

  constructor(options: TokenEmbeddingOptions) {
    super();
    const { random, vocabulary, width, factorWidth = width, positions, tables = {}, padId, init = (stream) => normal(stream, 0.02), placeInit = init } = options;
    this.factored = options.factored ?? "words";
    const inner = this.factored === "sum" ? factorWidth : width; // of positions, further tables and the norm
    this.word = options.word ?? new Embedding(vocabulary, factorWidth, { random: random.child("word"), padId, init });
    this.projection = factorWidth === width && options.alwaysMapped !== true ? null : new Linear(factorWidth, width, { random: random.child("projection") });
    this.position = positions === undefined ? null : new LearnedPositions(positions, inner, { random: random.child("position"), offset: options.positionOffset, init: placeInit });
    this.tables = Object.fromEntries(Object.entries(tables).map(([name, count]) => [name, new Embedding(count, inner, { random: random.child("tables", name), init: placeInit })]));
    this.norm = options.norm === undefined ? null : makeNorm(options.norm, inner, { eps: options.eps, bias: options.normBias });
    this.scale = options.scale ?? 1;
    this.dropout = options.dropout ?? 0;
  }

  forward(tokenIds: Tensor, mode: Mode, { positionIds, ids = {} }: TokenEmbeddingInputs = {}): Tensor {
    const looked = this.word.forward(tokenIds);
    const words = this.factored === "words" ? (this.projection?.forward(looked) ?? looked) : looked;
    return this.finish(this.scale === 1 ? words : words.mul(this.scale), mode, { positionIds, ids });
  }

  /** The same for word vectors made elsewhere, [B, L, d], or [B, L, factorWidth] where the sum is mapped. */
  finish(words: Tensor, mode: Mode, { positionIds, ids = {} }: TokenEmbeddingInputs = {}): Tensor {
    const unknown = Object.keys(ids).find((name) => !(name in this.tables));
    if (unknown !== undefined) throw new RangeError(`TokenEmbedding: no table "${unknown}"; there ${Object.keys(this.tables).length === 0 ? "is none" : `are ${Object.keys(this.tables).join(", ")}`}`);
    const parts = Object.entries(ids).map(([name, tableIds]) => (this.tables[name] as Embedding).forward(tableIds));
    if (this.position !== null) parts.push(this.position.forward(positionIds ?? words.dim(1)));
    const sum = parts.reduce((total, part) => total.add(part), words);
    const dropped = dropout(this.norm?.forward(sum) ?? sum, this.dropout, mode);
    return this.factored === "sum" ? (this.projection?.forward(dropped) ?? dropped) : dropped;
  }
}
