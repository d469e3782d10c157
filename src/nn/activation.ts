/** Pointwise nonlinearities by name. */
import { gelu, quickGelu, relu, silu, tanh } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";

export type Activation = "gelu" | "gelu-tanh" | "linear" | "quick-gelu" | "relu" | "silu" | "tanh";

const ACTIVATIONS: Readonly<Record<Activation, (x: Tensor) => Tensor>> = {
  gelu: (x) => gelu(x),
  "gelu-tanh": (x) => gelu(x, "tanh"),
  linear: (x) => x,
  "quick-gelu": quickGelu,
  relu,
  silu,
  tanh,
};

/** The function of a name; throws for an unknown one, listing the choices. */
export function activation(name: Activation): (x: Tensor) => Tensor {
  const fn = (ACTIVATIONS as Readonly<Record<string, ((x: Tensor) => Tensor) | undefined>>)[name];
  if (fn === undefined) throw new RangeError(`activation: unknown name "${name}"; choose one of ${Object.keys(ACTIVATIONS).join(", ")}`);
  return fn;
}
