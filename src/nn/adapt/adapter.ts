/** Bottleneck adapters (arXiv 1902.00751): a narrow network in a residual branch that starts as the identity. */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { activation } from "../activation.ts";
import type { Activation } from "../activation.ts";
import type { FeedForwardPart } from "../feed-forward.ts";
import { zeros } from "../init.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";

export interface AdapterOptions {
  readonly random: RandomStream;
  /** Width of the bottleneck. */
  readonly hidden: number;
  readonly activation?: Activation;
  /** Factor on the branch; default 1. */
  readonly scale?: number;
  /** A down-projection shared with other adapters. */
  readonly down?: Linear;
}

/** x + scale * up(act(down x)), up = 0 at the start. */
export class Adapter extends Module {
  readonly down: Linear;
  readonly up: Linear;
  readonly activation: Activation;
  readonly scale: number;

  constructor(width: number, { random, hidden, activation: name = "relu", scale = 1, down }: AdapterOptions) {
    super();
    this.down = down ?? new Linear(width, hidden, { random: random.child("down") });
    this.up = new Linear(hidden, width, { random: random.child("up"), init: zeros });
    this.activation = name;
    this.scale = scale;
  }

  forward(x: Tensor): Tensor {
    return x.add(this.branch(x));
  }

  /** The branch without the residual. */
  branch(x: Tensor): Tensor {
    const raised = this.up.forward(activation(this.activation)(this.down.forward(x)));
    return this.scale === 1 ? raised : raised.mul(this.scale);
  }
}

/** A feed-forward part with an adapter: on its input, on its output, or beside it reading the same input. */
export class AdaptedFeedForward extends Module implements FeedForwardPart {
  readonly base: FeedForwardPart;
  readonly adapter: Adapter;
  readonly place: "before" | "after" | "parallel";

  constructor(base: FeedForwardPart, adapter: Adapter, place: "before" | "after" | "parallel") {
    super();
    this.base = base;
    this.adapter = adapter;
    this.place = place;
  }

  forward(x: Tensor, mode: Mode): Tensor {
    const { base, adapter } = this;
    const places = {
      before: () => base.forward(adapter.forward(x), mode),
      after: () => adapter.forward(base.forward(x, mode)),
      parallel: () => base.forward(x, mode).add(adapter.branch(x)),
    };
    return places[this.place]();
  }
}
