/** Cosine similarity and the k-nearest-neighbour classifier, the probe that has no parameters. */

/** Row vectors of one width, row-major. */
export interface Vectors {
  readonly data: ArrayLike<number>;
  readonly width: number;
}

export const countOf = ({ data, width }: Vectors): number => data.length / width;

/** Cosines of every row with every column, row-major [rows, columns]; a zero vector has cosine 0 with all. */
export function cosineMatrix(rows: Vectors, columns: Vectors): Float64Array {
  if (rows.width !== columns.width) throw new RangeError(`cosineMatrix: rows are ${rows.width} wide, columns ${columns.width}`);
  const a = normalized(rows);
  const b = normalized(columns);
  const [n, m, width] = [countOf(rows), countOf(columns), rows.width];
  const cosines = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let d = 0; d < width; d++) sum += (a[i * width + d] as number) * (b[j * width + d] as number);
      cosines[i * m + j] = sum;
    }
  }
  return cosines;
}

/**
 * Class of each query by vote of its k nearest training vectors in cosine. A tied vote goes to the class with the larger
 * sum of similarities.
 */
export function nearestNeighbours(train: Vectors, labels: ArrayLike<number>, queries: Vectors, k: number): Int32Array {
  const m = countOf(train);
  if (labels.length !== m) throw new RangeError(`nearestNeighbours: ${m} training vectors need as many labels, got ${labels.length}`);
  if (!Number.isInteger(k) || k < 1 || k > m) throw new RangeError(`nearestNeighbours: k: expected a whole number from 1 to ${m}, got ${k}`);
  const cosines = cosineMatrix(queries, train);
  return Int32Array.from({ length: countOf(queries) }, (_, i) => {
    const row = cosines.subarray(i * m, (i + 1) * m);
    const nearest = Array.from({ length: m }, (_, j) => j).sort((x, y) => (row[y] as number) - (row[x] as number) || x - y).slice(0, k);
    const votes = new Map<number, { count: number; similarity: number }>();
    for (const j of nearest) {
      const vote = votes.get(labels[j] as number) ?? { count: 0, similarity: 0 };
      votes.set(labels[j] as number, { count: vote.count + 1, similarity: vote.similarity + (row[j] as number) });
    }
    const [[winner]] = [...votes].sort(([, a], [, b]) => b.count - a.count || b.similarity - a.similarity) as [[number, unknown]];
    return winner;
  });
}

function normalized({ data, width }: Vectors): Float64Array {
  if (width < 1 || data.length % width !== 0) throw new RangeError(`vectors: ${data.length} values do not divide into rows of ${width}`);
  const unit = Float64Array.from(data);
  for (let start = 0; start < unit.length; start += width) {
    const row = unit.subarray(start, start + width);
    const length = Math.sqrt(row.reduce((total, value) => total + value * value, 0));
    if (length > 0) row.forEach((value, d) => (row[d] = value / length));
  }
  return unit;
}
