import { expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/index.ts";
import { usualTargetCount } from "../../../src/data/masking/block-mask.ts";
import { parseSettings } from "../../../src/lab/index.ts";
import { targetsOf, recipe } from "../../../src/systems/masked/flexpredict-recipe.ts";
import { blockRows } from "../../../src/systems/masked/jepa-batches.ts";

test("targets have the sizes of the experiment where there are 8 x 8 patches: 12 each, 20 for the context", () => {
  expect(targetsOf({ rows: 8, columns: 8 })).toMatchObject({ targets: 4, targetCount: 12, contextCount: 20 });
  expect(usualTargetCount({ rows: 4, columns: 4 })).toBe(4); // areas 2.4 to 3.2: both sides round to 2 for half of the aspect ratios, else 1 x 2 or 2 x 1
});

test.each([4, 5, 6, 7, 10, 14, 16, 32, 64])("masks can be drawn on grids of %i patches a side", (side) => {
  const grid = { rows: side, columns: side };
  const mask = targetsOf(grid);
  const { context, targets } = blockRows(RandomStream.of(3), 200, grid, mask);
  expect(context.shape).toEqual([200, Math.floor((side * side * 5) / 16)]);
  expect(targets.shape).toEqual([200, 4, mask.targetCount]);
});

test("pictures of fewer than 4 patches a side are refused", () => {
  expect(() => parseSettings(recipe.settings, { image: 16, patch: 8 }, "flexpredict")).toThrow("patch: expected at least 4 patches along a side");
});
