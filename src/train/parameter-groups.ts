/**
 * Parameter groups: which parameters are trained, at what share of the learning rate, with what weight decay.
 *
 * Groups are patterns on parameter paths. Every property is taken from the first matching group that states it, so a
 * group that freezes the embeddings and one that scales the rate of the whole encoder combine.
 */
import type { HostArray, Parameter } from "../engine/index.ts";
import type { Module } from "../nn/index.ts";
import { escapePattern } from "../data/text/escape-pattern.ts";

export interface ParameterGroup {
  /** Path pattern: a string in which `*` stands for any characters, such as `encoder.*.bias`, or a regular expression. */
  readonly match: string | RegExp;
  /** Factor on the learning rate; default 1. */
  readonly learningRate?: number;
  /** Weight decay in place of the optimizer's; applies to every match, biases and norms included. */
  readonly weightDecay?: number;
  /** Not trained: no gradient, no optimizer state, no decay. */
  readonly frozen?: boolean;
  /** Factor on the gradient, broadcast to the parameter: zeros keep rows as they are (set `weightDecay: 0` as well). */
  readonly gradientMask?: HostArray;
}

/** How one trained parameter is updated. */
export interface TrainedParameter {
  readonly name: string;
  readonly parameter: Parameter;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly gradientMask: HostArray | null;
}

/** Segments of paths that hold biases, norms or position tables. */
const UNDECAYED = /(^|\.)(bias|[a-z]*norm(\d+|alization)?|layer_?norm\w*|ln_?\w{0,2}|\w*positions?|position\w*)(\.|$)/i;

/** Default rule of weight decay: matrices and higher ranks only, never biases, norms and position tables. */
export const decaysByDefault = (name: string, parameter: Parameter): boolean => parameter.rank >= 2 && !UNDECAYED.test(name);

/** Trained parameters of a model with their settings. Throws when a group matches nothing or nothing is left to train. */
export function resolveGroups(model: Module, groups: readonly ParameterGroup[], weightDecay: number): TrainedParameter[] {
  const parameters = [...model.namedParameters()].filter(([, parameter]) => parameter.trainable);
  const patterns = groups.map(({ match }) => toPattern(match));
  patterns.forEach((pattern, i) => {
    if (parameters.some(([name]) => pattern.test(name))) return;
    const names = parameters.map(([name]) => name);
    throw new Error(`parameter groups: ${String(groups[i]?.match)} matches none of the ${names.length} trainable parameters: ${names.slice(0, 12).join(", ")}${names.length > 12 ? ", ..." : ""}`);
  });
  const trained = parameters.flatMap(([name, parameter]): TrainedParameter[] => {
    const matching = groups.filter((_, i) => patterns[i]?.test(name));
    const first = <K extends keyof ParameterGroup>(key: K): ParameterGroup[K] | undefined => matching.find((group) => group[key] !== undefined)?.[key];
    if (first("frozen") === true) return [];
    const decay = first("weightDecay") ?? (decaysByDefault(name, parameter) ? weightDecay : 0);
    return [{ name, parameter, learningRate: first("learningRate") ?? 1, weightDecay: decay, gradientMask: first("gradientMask") ?? null }];
  });
  if (trained.length === 0) throw new Error(`parameter groups: all ${parameters.length} parameters are frozen; nothing is left to train`);
  return trained;
}

export interface LayerwiseDecayOptions {
  /** Factor from one layer to the one below, such as 0.65. */
  readonly decay: number;
  /** Finds the block number in its first capture group; default `blocks.N`, `layers.N` or `layer.N`. */
  readonly blocks?: RegExp;
  /** Paths below the first block; default names with embedding, position or class token. */
  readonly embeddings?: RegExp;
}

/**
 * Layer-wise learning rates (ELECTRA, BEiT, MAE): of n blocks, block i trains at decay^(n - i), the embeddings at
 * decay^(n + 1), all that follows the blocks at 1.
 */
export function layerwiseDecay(model: Module, { decay, blocks = /(?:^|\.)(?:blocks|layers|layer)\.(\d+)\./, embeddings = /embed|position|(cls|class)_?token/i }: LayerwiseDecayOptions): ParameterGroup[] {
  const names = [...model.namedParameters().keys()];
  const numbers = names.flatMap((name) => blocks.exec(name)?.[1] ?? []).map(Number);
  if (numbers.length === 0) throw new Error(`layerwiseDecay: no parameter path matches ${String(blocks)}; pass {blocks} with the block number as its first group`);
  const count = Math.max(...numbers) + 1;
  const exact = (name: string): RegExp => new RegExp(`^${escapePattern(name)}$`);
  return names.flatMap((name): ParameterGroup[] => {
    const block = blocks.exec(name)?.[1];
    if (block !== undefined) return [{ match: exact(name), learningRate: decay ** (count - Number(block)) }];
    return embeddings.test(name) ? [{ match: exact(name), learningRate: decay ** (count + 1) }] : [];
  });
}

const toPattern = (match: string | RegExp): RegExp => (typeof match === "string" ? new RegExp(`^${match.split("*").map(escapePattern).join(".*")}$`) : match);

/** Whether a path fits a pattern of a group. */
export const matchesPath = (match: string | RegExp, path: string): boolean => toPattern(match).test(path);
