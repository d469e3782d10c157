/** The cycles of Trans-Encoder: a bi-encoder labels pairs for a cross-encoder, that one for a new bi-encoder, and so on; several language models share the mean of their labels. */
import type { PlacePair } from "../../data/index.ts";

/** How the two forms of a language model are trained and asked about the pairs. */
export interface Forms<Bi, Cross> {
  /** Cosines of the pairs. */
  cosines(bi: Bi): Promise<Float32Array>;
  /** Scores of the pairs from 0 to 1. */
  probabilities(cross: Cross): Promise<Float32Array>;
  /** A cross-encoder from labels; `bi` is the model of the step before, where its weights are handed over. */
  trainCross(cycle: number, labels: Float32Array, bi: Bi): Promise<Cross>;
  trainBi(cycle: number, labels: Float32Array, cross: Cross): Promise<Bi>;
}

export interface Learner<Bi, Cross> {
  readonly forms: Forms<Bi, Cross>;
  /** The unsupervised bi-encoder that the first labels come from. */
  readonly start: Bi;
}

export interface Cycles<Bi, Cross> {
  /** Bi-encoder of each learner after the last cycle; its start after none. */
  readonly last: readonly Bi[];
  /** Both forms of each learner after each cycle, [cycle][learner]. */
  readonly cycles: readonly (readonly { readonly bi: Bi; readonly cross: Cross }[])[];
}

/** Self-distillation of one learner, mutual distillation of several: all students of a step learn the mean of all teachers' labels. */
export async function distilInCycles<Bi, Cross>(learners: readonly Learner<Bi, Cross>[], count: number): Promise<Cycles<Bi, Cross>> {
  if (learners.length === 0) throw new RangeError("distilInCycles: expected at least one learner, got none");
  let last = learners.map(({ start }) => start);
  const cycles = [];
  for (let cycle = 0; cycle < count; cycle++) {
    const up = meanOf(await inTurn(learners, ({ forms }, i) => forms.cosines(last[i] as Bi)));
    const crosses = await inTurn(learners, ({ forms }, i) => forms.trainCross(cycle, up, last[i] as Bi));
    const down = meanOf(await inTurn(learners, ({ forms }, i) => forms.probabilities(crosses[i] as Cross)));
    last = await inTurn(learners, ({ forms }, i) => forms.trainBi(cycle, down, crosses[i] as Cross));
    cycles.push(last.map((bi, i) => ({ bi, cross: crosses[i] as Cross })));
  }
  return { last, cycles };
}

async function inTurn<T, R>(items: readonly T[], task: (item: T, i: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const [i, item] of items.entries()) results.push(await task(item, i));
  return results;
}

/** Mean of equally long lists, element by element. */
export function meanOf(lists: readonly Float32Array[]): Float32Array {
  return (lists[0] as Float32Array).map((_, i) => lists.reduce((sum, list) => sum + (list[i] as number), 0) / lists.length);
}

/** Every pair in both orders, each with the pair's label: for tasks where the order means nothing. */
export const bothOrders = (pairs: readonly PlacePair[], labels: Float32Array): { readonly pairs: PlacePair[]; readonly labels: Float32Array } => ({
  pairs: [...pairs, ...pairs.map(([a, b]) => [b, a] as const)],
  labels: Float32Array.from([...labels, ...labels]),
});
