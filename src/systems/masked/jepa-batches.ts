/** Context and target blocks of a batch of pictures, for joint-embedding predictive training. */
import { hostArray } from "../../engine/index.ts";
import type { HostArray, RandomStream } from "../../engine/index.ts";
import { idRows } from "../../nn/index.ts";
import { contextAndTargets } from "../../data/masking/block-mask.ts";
import type { BlockMaskOptions, Grid } from "../../data/masking/block-mask.ts";

/** Patch ids, int32 [B, K] and [B, M, T]. */
export interface BlockIds {
  readonly context: HostArray;
  readonly targets: HostArray;
}

/** Context and target ids of `rows` pictures. */
export function blockRows(random: RandomStream, rows: number, grid: Grid, options: BlockMaskOptions): BlockIds {
  const drawn = Array.from({ length: rows }, (_, row) => contextAndTargets(random.child(row), grid, options));
  const targets = idRows(drawn.map(({ targets: blocks }) => blocks.flatMap((block) => Array.from(block))));
  return { context: idRows(drawn.map(({ context }) => context)), targets: hostArray(targets.data, [rows, options.targets, options.targetCount]) };
}
