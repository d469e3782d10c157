/** How long work shows itself: a port that the terminal, a page or a test implements. */

/** The arm that is running, for displays that draw one curve an arm. */
export interface ArmProgress {
  readonly arm: string;
  readonly seed: number;
  /** Share of this arm that is done, 0 to 1. */
  readonly fraction: number;
}

export interface ProgressState {
  /** What is running: `crossmae, seed 2 (5 of 9)`. */
  readonly label: string;
  /** Share of the whole that is done, 0 to 1. */
  readonly fraction: number;
  readonly secondsLeft: number | undefined;
  /** Values worth showing, such as the loss. */
  readonly values: Readonly<Record<string, number>>;
  /** Absent while no arm runs: foundations, preparation, premises. */
  readonly arm?: ArmProgress;
}

export interface Progress {
  update(state: ProgressState): void;
  /** A line that stays. */
  message(text: string): void;
  end(): void;
}

/** Shows nothing. */
export const SILENT: Progress = { update: () => undefined, message: () => undefined, end: () => undefined };
