/**
 * Vectors of unit length as a file: a byte a number. Only their direction counts, so each is stretched until its largest
 * number is 127, and brought back to unit length when it is read.
 */
const LARGEST = 127;

/** int8 [vectors, dimension], in order. */
export function packVectors(vectors: readonly Float32Array[]): Int8Array {
  const dimension = vectors[0]?.length ?? 0;
  const packed = new Int8Array(vectors.length * dimension);
  vectors.forEach((vector, i) => {
    const stretch = LARGEST / (vector.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1);
    packed.set(vector.map((value) => Math.round(value * stretch)), i * dimension);
  });
  return packed;
}

/** The vectors of items that have `counts` of them each, one after the other. Throws RangeError when the bytes are not so many. */
export function unpackVectors(packed: Int8Array, dimension: number, counts: readonly number[]): Float32Array[] {
  const expected = dimension * counts.reduce((sum, count) => sum + count, 0);
  if (packed.length !== expected) throw new RangeError(`packed vectors: expected ${expected} bytes, got ${packed.length}`);
  let start = 0;
  return counts.map((count) => {
    const rows = Float32Array.from(packed.subarray(start, (start += count * dimension)));
    for (let at = 0; at < rows.length; at += dimension) {
      const row = rows.subarray(at, at + dimension);
      const length = Math.hypot(...row) || 1;
      row.forEach((value, i) => (row[i] = value / length));
    }
    return rows;
  });
}
