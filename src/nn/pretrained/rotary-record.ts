/** The record in which later versions of the library keep what earlier ones had as keys of their own. */
import type { Config } from "./settings.ts";

/** Base of unscaled rotary positions from `{ rope_theta, rope_type: "default" }`; undefined for any other record. */
export function rotaryBaseOf(record: unknown): unknown {
  if (typeof record !== "object" || record === null) return undefined;
  const { rope_theta: base, rope_type: type = "default", ...further } = record as Config;
  return type === "default" && Object.keys(further).length === 0 ? base : undefined;
}
