/** The arrays of a batch as parts ask for them. */
import type { Tensor } from "../../engine/index.ts";
import type { Fields } from "./part.ts";

/** Fields of a batch; those of stream i of a dual model end in `_i`. */
export function fieldsOf(batch: Readonly<Record<string, Tensor | undefined>>, suffix = ""): Fields {
  return {
    get(name) {
      const value = batch[`${name}${suffix}`];
      if (value === undefined) throw new Error(`assemble: the batch has no "${name}${suffix}"; it has ${Object.keys(batch).sort().join(", ")}`);
      return value;
    },
    has: (name) => batch[`${name}${suffix}`] !== undefined,
  };
}
