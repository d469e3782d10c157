/** Numbers for people. */

const LARGE = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;

/** Significant digits without padding zeros. */
export function significant(value: number | null, digits = 4): string {
  if (value === null || !Number.isFinite(value)) return "not finite";
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 1e6 || size < 1e-4 ? value.toExponential(digits - 2) : String(Number(value.toPrecision(digits)));
}

/** An effect: with its sign where no effect is 0 (differences), without it elsewhere (ratios, levels). */
export function effectText(value: number | null, noEffect: number, digits = 3): string {
  const text = significant(value, digits).replace(/^-/, "\u2212");
  return noEffect === 0 && value !== null && value > 0 ? `+${text}` : text;
}

/** A standard deviation: two digits are all that a few seeds support. */
export function spread(value: number | null): string {
  return `± ${significant(value, 2)}`;
}

/** A count with a suffix: 1.27 M, 23.8 G. */
export function count(value: number): string {
  const unit = LARGE.find(([size]) => Math.abs(value) >= size);
  return unit ? `${Number((value / unit[0]).toPrecision(3))} ${unit[1]}` : String(Math.round(value));
}

/** Seconds with one decimal below 100. */
export function seconds(value: number): string {
  return value < 100 ? `${value.toFixed(1)} s` : `${Math.round(value)} s`;
}
