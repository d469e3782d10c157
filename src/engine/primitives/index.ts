/** Every primitive, by name. Tests run over this table, so a new primitive is covered by its own samples. */
import type { Primitive } from "../primitive.ts";
import { CHANNEL_NORM } from "./channel-norm.ts";
import { CONVOLUTION } from "./convolution.ts";
import { ELEMENTWISE } from "./elementwise.ts";
import { INDEX_SELECT } from "./index-select.ts";
import { LAYOUT } from "./layout.ts";
import { LOGIC } from "./logic.ts";
import { NORMALIZE } from "./normalize.ts";
import { ORDER } from "./order.ts";
import { POOLING } from "./pooling.ts";
import { PRODUCT } from "./product.ts";
import { REDUCE } from "./reduce.ts";
import { RESAMPLE } from "./resample.ts";
import { SCAN } from "./scan.ts";
import { SCAN_SUM } from "./scan-sum.ts";
import { STRUCTURE } from "./structure.ts";

const FAMILIES: readonly (readonly Primitive<unknown>[])[] = [ELEMENTWISE, LOGIC, REDUCE, LAYOUT, INDEX_SELECT, PRODUCT, NORMALIZE, ORDER, SCAN, SCAN_SUM, CHANNEL_NORM, CONVOLUTION, POOLING, RESAMPLE, STRUCTURE];

export const PRIMITIVES: ReadonlyMap<string, Primitive<unknown>> = byName(FAMILIES.flat());

function byName(list: readonly Primitive<unknown>[]): Map<string, Primitive<unknown>> {
  const table = new Map<string, Primitive<unknown>>();
  for (const primitive of list) {
    if (table.has(primitive.name)) throw new Error(`internal: two primitives are named ${primitive.name}`);
    table.set(primitive.name, primitive);
  }
  return table;
}
