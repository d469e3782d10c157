/** IEEE 754 half precision for storage: 1 sign, 5 exponent, 10 fraction bits. */

const LARGEST = 65504;

/** Nearest half-precision numbers, ties to even. Throws a RangeError for finite values beyond ±65504. */
export function toFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  return Uint16Array.from(values, toHalf);
}

function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size === Infinity) return sign | 0x7c00;
  if (size >= LARGEST + 16) throw new RangeError(`${value} is beyond half precision, which ends at ${LARGEST}`);
  // Below 2^-14 the spacing stays 2^-24; a fraction rounded up to 1024 carries into the exponent by itself.
  const exponent = Math.max(Math.floor(Math.log2(size)), -14);
  const steps = roundHalfToEven(size / 2 ** (exponent - 10));
  return sign | (exponent === -14 ? steps : ((exponent + 14) << 10) + steps);
}

function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
