/** Running-cell masking of decoder tokens (VideoMAE V2, arXiv 2303.16727): a 2 x 2 pattern that moves with time. */

/** Hidden places of the cell before rotation: two of four. */
const QUEUE = [1, 1, 0, 0] as const;

/**
 * Token ids shown to the decoder, time-major over `slices` x `rows` x `columns`. The cell at time t is the queue rotated by
 * start + t + 1 and tiled over the frame, so any four consecutive slices show each place exactly twice.
 */
export function runningCell(start: number, slices: number, rows: number, columns: number): Int32Array {
  if (rows % 2 !== 0 || columns % 2 !== 0) throw new RangeError(`runningCell: a frame of ${rows} x ${columns} tokens is not tiled by 2 x 2 cells`);
  const shown: number[] = [];
  for (let t = 0; t < slices; t++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const place = (y % 2) * 2 + (x % 2);
        if (QUEUE[(place + start + t + 1) % 4] === 0) shown.push((t * rows + y) * columns + x);
      }
    }
  }
  return Int32Array.from(shown);
}
