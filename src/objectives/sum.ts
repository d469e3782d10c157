/** Sum of named losses, each reported under its name. */
import type { Tensor } from "../engine/index.ts";

/** A term is a loss, an objective's result, or null when the batch has no targets for it. */
export type LossTerm = Tensor | { readonly loss: Tensor } | null;

const lossOf = (term: Tensor | { readonly loss: Tensor }): Tensor => ("loss" in term ? term.loss : term);

/**
 * Weighted sum; weights are numbers or, for schedules, tensors of rank 0, and default to 1. Terms that are null are left
 * out. Throws on weights without a term, and when no term is left.
 */
export function sumLosses<K extends string>(terms: Readonly<Record<K, LossTerm>>, weights: Partial<Readonly<Record<K, number | Tensor>>> = {}): { readonly loss: Tensor } & Readonly<Record<string, Tensor>> {
  const names = Object.keys(terms) as K[];
  const unknown = Object.keys(weights).filter((name) => !(name in terms));
  if (unknown.length > 0) throw new Error(`sumLosses: weights for ${unknown.join(", ")}, but the terms are ${names.join(", ")}`);
  const present = names.flatMap((name): (readonly [K, Tensor])[] => (terms[name] === null ? [] : [[name, lossOf(terms[name])]]));
  const weighted = present.map(([name, loss]) => {
    const weight = weights[name] ?? 1;
    return weight === 1 ? loss : loss.mul(weight);
  });
  if (weighted.length === 0) throw new Error(`sumLosses: all terms (${names.join(", ")}) are without targets`);
  return { ...Object.fromEntries(present), loss: weighted.reduce((total, loss) => total.add(loss)) };
}
