/** Values of the single test items, kept with an arm so that a later arm of the same seed can be compared with it item by item. */
import { RandomStream } from "../../engine/index.ts";
import type { ArmContext } from "../context.ts";
import { pairedBootstrap } from "../statistics.ts";
import type { PairedDifference } from "../statistics.ts";
import { readJson, writeJson } from "../store.ts";
import { points } from "./ranking-table.ts";

const fileOf = (name: string): string => `items-${name.replaceAll(/[^\w-]+/g, "_")}.json`;

/** Keeps one value for each test item under a name. */
export const keepItems = (context: Pick<ArmContext<object>, "artifacts">, name: string, values: readonly number[]): Promise<void> => writeJson(context.artifacts, fileOf(name), values);

/** `values` minus those an earlier arm kept under the name, with the interval of a paired bootstrap over items. Throws when the arm kept none. */
export async function againstArm(context: Pick<ArmContext<object>, "artifactsOf">, arm: string, name: string, values: readonly number[]): Promise<PairedDifference> {
  const theirs = await readJson(context.artifactsOf(arm), fileOf(name));
  if (!Array.isArray(theirs)) throw new Error(`againstArm: arm "${arm}" kept no values named "${name}"`);
  return pairedBootstrap(theirs as number[], values, { random: RandomStream.of(0, "items", name) });
}

/** `+3.1 points [0.4, 5.9]` for values that are shares. */
export const describeDifference = ({ difference, interval }: PairedDifference): string => `${difference >= 0 ? "+" : ""}${points(difference)} points [${points(interval.low)}, ${points(interval.high)}]`;
