/** Multi-head self-attention: projections around `attend`. */
import { concat, zeros } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { dropout } from "../dropout.ts";
import { gatherTokens } from "../gather-tokens.ts";
import { normal } from "../init.ts";
import type { Init, InitFactory } from "../init.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import { makeNorm } from "../norm.ts";
import type { Norm, NormKind } from "../norm.ts";
import { gatherRotary, rotate } from "../positions/rotary.ts";
import type { RotaryTable } from "../positions/rotary.ts";
import { attend } from "./attend.ts";
import type { AttendOptions } from "./attend.ts";
import { mergeHeads, splitHeads } from "./heads.ts";
import { resolveMask } from "./mask.ts";
import type { Mask } from "./mask.ts";

/** Keys and values of some tokens, by head: [B, G, L, dh] each. */
export interface KeysAndValues {
  readonly keys: Tensor;
  readonly values: Tensor;
}

/** Where generation keeps the keys and values of earlier tokens. */
export interface KeyValueStore {
  /** Adds those of the new tokens; returns all, old and new. */
  append(added: KeysAndValues): KeysAndValues;
}

export interface ProjectionBias {
  readonly query?: boolean;
  readonly key?: boolean;
  readonly value?: boolean;
  readonly output?: boolean;
}

export interface AttentionOptions {
  readonly random: RandomStream;
  readonly heads: number;
  /** Heads of keys and values; fewer than `heads` is grouped-query, 1 multi-query attention. Default `heads`. */
  readonly kvHeads?: number;
  /** Width of one head; default width / heads. */
  readonly headWidth?: number;
  /** Biases of all projections or of each; those not named have one. Default true. */
  readonly bias?: boolean | ProjectionBias;
  /** Norm over the width of each head's queries and keys; default none. */
  readonly headNorm?: NormKind;
  readonly eps?: number;
  /** Dropout of attention weights; default 0. */
  readonly dropout?: number;
  readonly init?: InitFactory;
  /**
   * Keys start with the queries' weights, normal of deviation width^-0.5: a token first attends to tokens like itself, as it
   * does in trained models (mimetic initialisation, arXiv 2305.09828). Needs as many key heads as heads. Default false.
   */
  readonly mimetic?: boolean;
}

export interface AttentionInputs extends Pick<AttendOptions, "bias" | "scale" | "normalizer" | "postMask" | "renormalize"> {
  readonly mask?: Mask;
  /** Score bias that depends on the queries [B, H, Lq, dh], such as RelativeKeys; added to `bias`. */
  readonly biasOfQueries?: (queries: Tensor) => Tensor;
  /** Turns queries and keys; one row per token of x. */
  readonly rotary?: RotaryTable;
  /** Keys and values come from these tokens only, [B, K]; the mask, if any, is about them. */
  readonly keyIds?: Tensor;
  /** Only these tokens ask, [B, Q]; the result has Q tokens. */
  readonly queryIds?: Tensor;
  /** Extra keys and values in front, visible to every query, batch 1 or B. */
  readonly prefix?: KeysAndValues;
  readonly cache?: KeyValueStore;
  /** Told of the result, weights included: for looking into a stack from outside. */
  readonly observe?: (result: AttentionOutput) => void;
}

export interface AttentionOutput {
  /** [B, Lq, d] */
  readonly output: Tensor;
  /** [B, H, Lq, Lk] */
  readonly weights: Tensor;
  /** Before the mask and the normaliser, [B, H, Lq, Lk]; made when asked for. */
  readonly scores: () => Tensor;
  /** Keys used, [B, G, Lk, dh]; after rotation. */
  readonly keys: Tensor;
  readonly values: Tensor;
}

export const biasOf = (bias: boolean | ProjectionBias | undefined, name: keyof ProjectionBias): boolean => (typeof bias === "object" ? bias[name] : bias) ?? true;

/** x [B, L, d] -> output [B, L, d]. Parts not read from the result (weights, keys) cost nothing. */
export class Attention extends Module {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly output: Linear;
  readonly queryNorm: Norm | null;
  readonly keyNorm: Norm | null;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headWidth: number;
  readonly dropout: number;

  constructor(width: number, options: AttentionOptions) {
    super();
    const { random, heads, kvHeads = heads, headWidth = width / heads, bias, init, headNorm, eps, mimetic = false } = options;
    if (!Number.isInteger(headWidth)) throw new RangeError(`Attention: width ${width} does not divide into ${heads} heads; give headWidth`);
    if (mimetic && kvHeads !== heads) throw new RangeError(`Attention: mimetic keys start as queries, so there must be ${heads} key heads, not ${kvHeads}`);
    if (heads % kvHeads !== 0) throw new RangeError(`Attention: ${heads} heads cannot share ${kvHeads} key-value heads evenly`);
    const map = (name: keyof ProjectionBias, inputs: number, outputs: number, start = init?.(random.child(name, "weight"))): Linear =>
      new Linear(inputs, outputs, { random: random.child(name), bias: biasOf(bias, name), init: start });
    const likeItself = mimetic ? (): Init => normal(random.child("query", "weight"), width ** -0.5) : () => undefined;
    this.query = map("query", width, heads * headWidth, likeItself());
    this.key = map("key", width, kvHeads * headWidth, likeItself());
    this.value = map("value", width, kvHeads * headWidth);
    this.output = map("output", heads * headWidth, width);
    this.queryNorm = headNorm === undefined ? null : makeNorm(headNorm, headWidth, { eps });
    this.keyNorm = headNorm === undefined ? null : makeNorm(headNorm, headWidth, { eps });
    this.heads = heads;
    this.kvHeads = kvHeads;
    this.headWidth = headWidth;
    this.dropout = options.dropout ?? 0;
  }

  forward(x: Tensor, mode: Mode, inputs: AttentionInputs = {}): AttentionOutput {
    const { mask, rotary, keyIds, queryIds, prefix, cache, biasOfQueries, observe, ...scoring } = inputs;
    const asking = queryIds === undefined ? x : gatherTokens(x, queryIds);
    const asked = keyIds === undefined ? x : gatherTokens(x, keyIds);
    const q = splitHeads(this.query.forward(asking), this.heads); // [B, H, Lq, dh]
    const queries = turn(this.queryNorm?.forward(q) ?? q, rotary, queryIds);
    const own = this.keysAndValues(asked, rotary, keyIds);
    const known = cache === undefined ? own : cache.append(own);
    const { keys, values } = prefix === undefined ? known : withPrefix(prefix, known);
    const extra = prefix === undefined ? 0 : prefix.keys.dim(2);
    const ofQueries = biasOfQueries?.(queries);
    const bias = scoring.bias === undefined || ofQueries === undefined ? (scoring.bias ?? ofQueries) : scoring.bias.add(ofQueries);
    const { output, weights, scores } = attend(queries, keys, values, {
      ...scoring,
      bias: bias === undefined ? undefined : widen(bias, extra),
      mask: mask === undefined ? undefined : widenMask(mask, queries.dim(2), known.keys.dim(2), extra),
      onWeights: (shares) => dropout(shares, this.dropout, mode),
    });
    const result = { output: this.output.forward(mergeHeads(output)), weights, scores, keys, values };
    observe?.(result);
    return result;
  }

  /** Keys and values [B, G, L, dh] of tokens [B, L, d]. */
  keysAndValues(tokens: Tensor, rotary?: RotaryTable, ids?: Tensor): KeysAndValues {
    const k = splitHeads(this.key.forward(tokens), this.kvHeads);
    return { keys: turn(this.keyNorm?.forward(k) ?? k, rotary, ids), values: splitHeads(this.value.forward(tokens), this.kvHeads) };
  }
}

function turn(x: Tensor, table: RotaryTable | undefined, ids: Tensor | undefined): Tensor {
  if (table === undefined) return x;
  return rotate(x, ids === undefined ? table : gatherRotary(table, ids));
}

function withPrefix(prefix: KeysAndValues, own: KeysAndValues): KeysAndValues {
  const join = (front: Tensor, back: Tensor): Tensor => concat([front.expand([back.dim(0), ...front.shape.slice(1)]), back], 2);
  return { keys: join(prefix.keys, own.keys), values: join(prefix.values, own.values) };
}

/** `extra` zeros in front of the key axis: prefix keys carry no bias and are always visible. */
const widen = (bias: Tensor, extra: number): Tensor => (extra === 0 ? bias : concat([zeros([...bias.shape.slice(0, -1), extra]), bias], -1));

function widenMask(mask: Mask, queries: number, keys: number, extra: number): Mask {
  const resolved = resolveMask(mask, { queries, keys });
  if (extra === 0 || resolved.bias === null) return resolved;
  return { kind: "resolved", bias: widen(resolved.bias, extra), rows: null }; // every query sees the prefix
}
