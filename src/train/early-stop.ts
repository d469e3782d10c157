/** Early stopping: no improvement of an evaluated metric for a number of evaluations. */
import type { Evaluation } from "./history.ts";

export interface EarlyStop {
  readonly metric: string;
  readonly order: "higher" | "lower";
  /** Evaluations without improvement after which the run stops. */
  readonly patience: number;
  /** Smallest change that counts as improvement; default 0. */
  readonly minimumChange?: number;
}

/** Whether the evaluations so far say stop: a function of the history, so it needs no state of its own. */
export function shouldStop(evaluations: readonly Evaluation[], { metric, order, patience, minimumChange = 0 }: EarlyStop): boolean {
  let best = -Infinity;
  let since = 0;
  for (const { step, metrics } of evaluations) {
    const value = metrics[metric];
    if (value === undefined) throw new Error(`earlyStop: the evaluation at step ${step} gave no "${metric}"; it gave ${Object.keys(metrics).join(", ") || "nothing"}`);
    const merit = order === "higher" ? value : -value;
    if (merit > best + (best === -Infinity ? 0 : minimumChange)) {
      best = merit;
      since = 0;
    } else since++;
  }
  return since >= patience;
}
