/** Metrics of classifiers, on arrays of class ids 0 .. classes - 1. */

export type Ids = ArrayLike<number>;

/** Counts of (true class, predicted class), row-major [classes, classes]. Throws on ids out of range. */
export function confusionMatrix(truth: Ids, predicted: Ids, classes: number): Int32Array {
  requirePaired("confusionMatrix", truth, predicted);
  const counts = new Int32Array(classes * classes);
  for (let i = 0; i < truth.length; i++) {
    const row = requireClass(truth[i] as number, classes);
    const column = requireClass(predicted[i] as number, classes);
    counts[row * classes + column] = (counts[row * classes + column] as number) + 1;
  }
  return counts;
}

/** Share of predictions that are right. */
export function accuracy(truth: Ids, predicted: Ids): number {
  requirePaired("accuracy", truth, predicted);
  let right = 0;
  for (let i = 0; i < truth.length; i++) if (truth[i] === predicted[i]) right++;
  return right / truth.length;
}

export interface ClassScores {
  /** Share of predictions of the class that are right; 0 when it is never predicted. */
  readonly precision: number;
  /** Share of items of the class that are found; 0 when it has none. */
  readonly recall: number;
  readonly f1: number;
  /** Items of the class. */
  readonly support: number;
}

/** Precision, recall and F1 of each class. */
export function classScores(truth: Ids, predicted: Ids, classes: number): ClassScores[] {
  const counts = confusionMatrix(truth, predicted, classes);
  const at = (row: number, column: number): number => counts[row * classes + column] as number;
  const range = Array.from({ length: classes }, (_, i) => i);
  return range.map((c) => {
    const hits = at(c, c);
    const support = range.reduce((total, other) => total + at(c, other), 0);
    const named = range.reduce((total, other) => total + at(other, c), 0);
    return { precision: share(hits, named), recall: share(hits, support), f1: share(2 * hits, support + named), support };
  });
}

/** Mean F1 over the classes that occur in truth or prediction. */
export function macroF1(truth: Ids, predicted: Ids, classes: number): number {
  const counts = confusionMatrix(truth, predicted, classes);
  const occurs = (c: number): boolean => Array.from({ length: classes }, (_, o) => (counts[c * classes + o] as number) + (counts[o * classes + c] as number)).some((n) => n > 0);
  const scores = classScores(truth, predicted, classes).filter((_, c) => occurs(c));
  return scores.reduce((total, { f1 }) => total + f1, 0) / scores.length;
}

/** F1 over all decisions together; with one class for each item it equals the accuracy. */
export function microF1(truth: Ids, predicted: Ids, classes: number): number {
  const scores = classScores(truth, predicted, classes);
  const hits = scores.reduce((total, { recall, support }) => total + recall * support, 0);
  return share(2 * hits, truth.length + predicted.length);
}

/** Matthews correlation for any number of classes (Gorodkin 2004): 1 is perfect, 0 as good as guessing; 0 when truth or prediction is constant. */
export function matthewsCorrelation(truth: Ids, predicted: Ids, classes: number): number {
  const counts = confusionMatrix(truth, predicted, classes);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const range = Array.from({ length: classes }, (_, i) => i);
  const rows = range.map((c) => sum(range.map((other) => counts[c * classes + other] as number)));
  const columns = range.map((c) => sum(range.map((other) => counts[other * classes + c] as number)));
  const n = truth.length;
  const covariance = n * sum(range.map((c) => counts[c * classes + c] as number)) - sum(range.map((c) => (rows[c] as number) * (columns[c] as number)));
  const spread = (margins: readonly number[]): number => n * n - sum(margins.map((count) => count * count));
  return share(covariance, Math.sqrt(spread(rows) * spread(columns)));
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

function requireClass(id: number, classes: number): number {
  if (!Number.isInteger(id) || id < 0 || id >= classes) throw new RangeError(`classification: expected class ids from 0 to ${classes - 1}, got ${id}`);
  return id;
}

/** Throws unless both lists have one length above 0. */
export function requirePaired(where: string, a: ArrayLike<unknown>, b: ArrayLike<unknown>): void {
  if (a.length !== b.length || a.length === 0) throw new RangeError(`${where}: expected two lists of one length above 0, got ${a.length} and ${b.length}`);
}
