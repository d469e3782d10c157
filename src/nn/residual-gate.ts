/** Learned strength of a residual branch: LayerScale (arXiv 2103.17239), ReZero (arXiv 2003.04887), tanh gates (arXiv 2204.14198). */
import { Parameter, tanh } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { constant } from "./init.ts";
import { Module } from "./module.ts";

export interface ResidualGateOptions {
  /** One number, or one for each of `width` channels. Default "scalar". */
  readonly kind?: "scalar" | "vector" | "tanh";
  /** Needed for "vector". */
  readonly width?: number;
  /** Initial value; default 0. */
  readonly init?: number;
  readonly learned?: boolean;
}

/** x + g branch, with g a number, a vector, or tanh of a number. */
export class ResidualGate extends Module {
  readonly weight: Parameter;
  readonly kind: "scalar" | "vector" | "tanh";

  constructor({ kind = "scalar", width, init = 0, learned = true }: ResidualGateOptions = {}) {
    super();
    if (kind === "vector" && width === undefined) throw new RangeError("ResidualGate: a vector gate needs the width");
    this.weight = new Parameter(kind === "vector" ? [width as number] : [], constant(init), { trainable: learned });
    this.kind = kind;
  }

  forward(x: Tensor, branch: Tensor): Tensor {
    return x.add(branch.mul(this.kind === "tanh" ? tanh(this.weight) : this.weight));
  }
}
