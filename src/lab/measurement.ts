/**
 * What one arm gives back after one seed, and how a number in it is named.
 *
 * Counted and timed values have the same names in every experiment (`COUNTED`); all other names are the arm's own metrics.
 */

/** A curve: (step, value) points in order of step. */
export type Curve = readonly (readonly [step: number, value: number])[];

/** A picture with its caption; `pixels` is RGBA, row-major, length width x height x 4. */
export interface Picture {
  readonly caption: string;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array | Uint8ClampedArray;
}

/** A small table that is shown under the arm's results. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface ArmResult {
  /** Trainable parameters. */
  readonly parameters: number;
  /** Floating-point operations of one training step, counted from the graph, two per multiply-add. */
  readonly flopsPerStep: number;
  /** Training steps taken. */
  readonly steps: number;
  /** Seconds spent in those steps; compilation, data preparation and evaluation stay outside. */
  readonly seconds: number;
  /** What was measured, by name. A value that is not finite is kept, shown and fails every condition on it. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly curves?: Readonly<Record<string, Curve>>;
  readonly pictures?: readonly Picture[];
  readonly tables?: readonly Table[];
  /** Sentences for the report: what was tried, what went wrong. */
  readonly notes?: readonly string[];
}

/** The numbers of a result: what conditions read. */
export type Numbers = Pick<ArmResult, "parameters" | "flopsPerStep" | "steps" | "seconds" | "metrics">;

/** Values that every arm has. */
export const COUNTED = {
  parameters: (numbers: Numbers) => numbers.parameters,
  flopsPerStep: (numbers: Numbers) => numbers.flopsPerStep,
  totalFlops: (numbers: Numbers) => numbers.flopsPerStep * numbers.steps,
  steps: (numbers: Numbers) => numbers.steps,
  seconds: (numbers: Numbers) => numbers.seconds,
  secondsPerStep: (numbers: Numbers) => numbers.seconds / numbers.steps,
} as const satisfies Record<string, (numbers: Numbers) => number>;

/** The value called `name` in an arm's numbers; undefined when the arm did not measure it. */
export function numberNamed(numbers: Numbers, name: string): number | undefined {
  return Object.hasOwn(COUNTED, name) ? COUNTED[name as keyof typeof COUNTED](numbers) : numbers.metrics[name];
}

/** Checks a result as it leaves an arm. Throws with the arm's name, the field and what arrived. */
export function checkResult(result: ArmResult, arm: string): void {
  for (const field of ["parameters", "flopsPerStep", "steps", "seconds"] as const) {
    const value = result[field];
    if (!Number.isFinite(value) || value < 0) throw new TypeError(`arm "${arm}": ${field}: expected a finite number >= 0, got ${value}`);
  }
  for (const [name, value] of Object.entries(result.metrics)) {
    if (Object.hasOwn(COUNTED, name)) throw new TypeError(`arm "${arm}": metric "${name}" has the name of a counted value; rename it`);
    if (typeof value !== "number") throw new TypeError(`arm "${arm}": metric "${name}": expected a number, got ${typeof value}`);
  }
  for (const { caption, width, height, pixels } of result.pictures ?? []) {
    if (pixels.length !== width * height * 4) {
      throw new RangeError(`arm "${arm}": picture "${caption}": ${width} x ${height} RGBA needs ${width * height * 4} bytes, got ${pixels.length}`);
    }
  }
  for (const { caption, columns, rows } of result.tables ?? []) {
    const row = rows.find((cells) => cells.length !== columns.length);
    if (row) throw new RangeError(`arm "${arm}": table "${caption}" has ${columns.length} columns, a row has ${row.length} cells`);
  }
}
