/** Kernel density of scores, and sampling that brings one set of scores to the distribution of another (arXiv 2010.08240). */

/**
 * Density estimate with Gaussian kernels; by default the bandwidth of Silverman (1986), 0.9 min(s, IQR / 1.34) n^(-1/5).
 * Throws when all values are equal and no bandwidth is given, for then that is 0.
 */
export function kernelDensity(values: ArrayLike<number>, bandwidth: number = silverman(values)): (x: number) => number {
  if (values.length === 0 || !(bandwidth > 0)) throw new RangeError(`kernelDensity: expected values that differ and a bandwidth above 0, got ${values.length} values and bandwidth ${bandwidth}`);
  const norm = 1 / (values.length * bandwidth * Math.sqrt(2 * Math.PI));
  return (x) => {
    let total = 0;
    for (let i = 0; i < values.length; i++) total += Math.exp(-0.5 * ((x - (values[i] as number)) / bandwidth) ** 2);
    return norm * total;
  };
}

/** Probability of keeping an item of score x so that what is kept is distributed like `wanted` instead of `given`: min(1, wanted(x) / given(x)). */
export const keepProbability = (wanted: (x: number) => number, given: (x: number) => number): ((x: number) => number) => (x) => {
  const [target, density] = [wanted(x), given(x)];
  return target >= density ? 1 : target / density;
};

/** A function on [low, high] looked up in a table of `points` values with straight lines between them, for densities of many values asked many times. */
export function tabulated(of: (x: number) => number, { low, high, points = 1001 }: { readonly low: number; readonly high: number; readonly points?: number }): (x: number) => number {
  const step = (high - low) / (points - 1);
  const table = Float64Array.from({ length: points }, (_, i) => of(low + i * step));
  return (x) => {
    const place = Math.min(points - 1, Math.max(0, (x - low) / step));
    const left = Math.min(points - 2, Math.floor(place));
    return (table[left] as number) + (place - left) * ((table[left + 1] as number) - (table[left] as number));
  };
}

function silverman(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const mean = sorted.reduce((total, value) => total + value, 0) / n;
  const deviation = Math.sqrt(sorted.reduce((total, value) => total + (value - mean) ** 2, 0) / Math.max(1, n - 1));
  const quantile = (level: number): number => {
    const place = level * (n - 1);
    const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
    return low + (high - low) * (place - Math.floor(place));
  };
  const range = (quantile(0.75) - quantile(0.25)) / 1.34;
  return 0.9 * (range > 0 ? Math.min(deviation, range) : deviation) * n ** -0.2;
}
