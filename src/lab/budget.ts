/** Budgets made equal: how many steps an arm may take so that it spends what another one spent. */

export interface Spending {
  readonly flopsPerStep: number;
  readonly steps: number;
}

/** Steps of an arm that costs `flopsPerStep`, so that its total is that of `reference` (rounded to the nearest, at least 1). */
export function stepsForEqualFlops(reference: Spending, flopsPerStep: number): number {
  if (!(flopsPerStep > 0)) throw new RangeError(`stepsForEqualFlops: flopsPerStep: expected > 0, got ${flopsPerStep}`);
  return Math.max(1, Math.round((reference.steps * reference.flopsPerStep) / flopsPerStep));
}
