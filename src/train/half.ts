/** 16-bit floating point numbers, which files store and the engine reads as float32. */

/** IEEE 754 half precision: 1 sign, 5 exponent, 10 fraction bits. */
export function float16ToFloat32(words: Uint16Array): Float32Array {
  const values = new Float32Array(words.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    const sign = word & 0x8000 ? -1 : 1;
    const exponent = (word >> 10) & 0x1f;
    const fraction = word & 0x3ff;
    if (exponent === 0) values[i] = sign * fraction * 2 ** -24;
    else if (exponent === 31) values[i] = fraction === 0 ? sign * Infinity : NaN;
    else values[i] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return values;
}

/** bfloat16: the upper half of a float32. */
export function bfloat16ToFloat32(words: Uint16Array): Float32Array {
  const bits = new Uint32Array(words.length);
  for (let i = 0; i < words.length; i++) bits[i] = (words[i] as number) << 16;
  return new Float32Array(bits.buffer);
}

/** Nearest half-precision numbers, ties to even; values beyond 65504 become infinite. */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (word) => {
    const sign = (word >>> 16) & 0x8000;
    const magnitude = word & 0x7fffffff;
    if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
    if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds to 65536 or more
    if (magnitude < 0x38800000) return sign | roundToEven(Math.abs(new Float32Array(Uint32Array.of(magnitude).buffer)[0] as number) * 2 ** 24); // subnormal
    // The exponent is shifted from bias 127 to 15; rounding may carry into it, as it should.
    const rounding = 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((magnitude - 0x38000000 + rounding) >>> 13);
  });
}

function roundToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}
