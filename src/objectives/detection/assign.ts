/**
 * Optimal assignment on the host (the Hungarian algorithm): each row of a cost matrix gets a column of its own so that
 * the total cost is least.
 */
import { munkres } from "munkres";
import type { HostArray } from "../../engine/index.ts";

/**
 * Costs float32 [Q, G] -> the column of each row, [Q]. Where there are more rows than columns, rows that get none have
 * -1. Throws on costs that are not finite, for which no assignment is defined.
 */
export function assign({ data, shape }: HostArray): Int32Array {
  if (shape.length !== 2) throw new RangeError(`assign: expected costs [Q, G], got [${shape.join(", ")}]`);
  const [rows, columns] = shape as unknown as readonly [number, number];
  const bad = Array.from(data, Number).findIndex((cost) => !Number.isFinite(cost));
  if (bad >= 0) throw new RangeError(`assign: the cost of row ${Math.floor(bad / columns)} and column ${bad % columns} is ${String(data[bad])}; costs must be finite`);
  const assigned = new Int32Array(rows).fill(-1);
  const costs = Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, column) => Number(data[row * columns + column])));
  for (const [row, column] of munkres(costs)) assigned[row] = column;
  return assigned;
}
