/** What observers of a run are told. Plain data, fit for a worker's messages. */

/** Why a run ended. */
export type StopReason = "finished" | "aborted" | "nonFinite" | "earlyStopped";

export type TrainEvent =
  | {
      readonly type: "step";
      /** Updates made. */
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
      /** All scalars of the step: the loss and its parts, gradientNorm, learningRate. */
      readonly metrics: Readonly<Record<string, number>>;
      readonly examplesPerSecond: number;
      readonly secondsLeft: number;
    }
  | { readonly type: "evaluation"; readonly step: number; readonly metrics: Readonly<Record<string, number>> }
  | { readonly type: "checkpoint"; readonly step: number; readonly name: string }
  /** A run went on from a checkpoint; `name` is null when all were damaged and it starts anew. */
  | { readonly type: "resumed"; readonly step: number; readonly name: string | null; readonly problems: readonly string[] }
  | { readonly type: "stopped"; readonly step: number; readonly reason: StopReason; readonly message: string | null };
