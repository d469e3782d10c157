/** Numbers for people. */

const LARGE = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;

/** Four significant digits without padding zeros; a dash for what is not finite. */
export function significant(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return "not finite";
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 1e6 || size < 1e-4 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}

/** Significant digits with a sign, for differences. */
export function signed(value: number | null): string {
  const text = significant(value);
  return value !== null && value > 0 ? `+${text}` : text.replace("-", "\u2212");
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
