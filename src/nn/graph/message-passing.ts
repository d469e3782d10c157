/**
 * Message passing with typed edges (R-GCN, arXiv 1703.06103):
 *   x_i' = W x_i + b + sum over edges e = (j -> i, r) of a_e W_r x_j,
 * a_e by the way messages are joined. Graphs of a batch have equal numbers of nodes and edges; weights of 0 fill up.
 */
import { full, gather, hostArray, maximum, scatterRows, sqrt, tensor } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";

export type Aggregation =
  /** Mean over the edges of each type, summed over types. */
  | "meanByType"
  /** Mean over all edges. */
  | "mean"
  | "sum"
  /** 1 / sqrt(in-degree of i * out-degree of j) (GCN, arXiv 1609.02907). */
  | "symmetric";

export interface MessagePassingOptions {
  readonly random: RandomStream;
  readonly width: number;
  /** Default `width`. */
  readonly outputWidth?: number;
  /** Number of edge types; default 1. */
  readonly types?: number;
  /** Default meanByType. */
  readonly aggregation?: Aggregation;
}

export interface Edges {
  /** Nodes an edge leaves and enters, int32 [B, E]. */
  readonly from: Tensor;
  readonly to: Tensor;
  /** int32 [B, E]; default all 0. */
  readonly types?: Tensor;
  /** float32 [B, E], 0 for edges that only fill the batch; default 1. */
  readonly weights?: Tensor;
}

const AGGREGATIONS: readonly Aggregation[] = ["meanByType", "mean", "sum", "symmetric"];

export class MessagePassing extends Module {
  readonly self: Linear;
  /** [types * out, in] */
  readonly relation: Linear;
  readonly types: number;
  readonly aggregation: Aggregation;

  constructor({ random, width, outputWidth = width, types = 1, aggregation = "meanByType" }: MessagePassingOptions) {
    super();
    if (!AGGREGATIONS.includes(aggregation)) throw new RangeError(`MessagePassing: unknown aggregation "${aggregation}"; choose one of ${AGGREGATIONS.join(", ")}`);
    this.self = new Linear(width, outputWidth, { random: random.child("self") });
    this.relation = new Linear(width, types * outputWidth, { random: random.child("relation"), bias: false });
    this.types = types;
    this.aggregation = aggregation;
  }

  /** nodes [B, N, d] -> [B, N, d']; activation and residual are the caller's. */
  forward(nodes: Tensor, { from, to, types, weights }: Edges): Tensor {
    const [batch, count] = nodes.shape as [number, number];
    const own = this.self.forward(nodes);
    const width = own.dim(2);
    const starts = tensor(hostArray(Int32Array.from({ length: batch }, (_, i) => i * count), [batch, 1]));
    const [source, target] = [from.add(starts), to.add(starts)]; // rows of all nodes
    const kinds = types ?? full(from.shape, 0, "int32");
    const present = weights ?? full(from.shape, 1);
    // Every node is mapped for every type, and an edge picks the row of its type.
    const mapped = this.relation.forward(nodes).reshape([batch * count * this.types, width]);
    const messages = gather(mapped, source.mul(this.types).add(kinds)); // [B, E, d']
    const shares = this.shares(source, target, kinds, present, batch * count);
    return own.add(scatterRows(target, messages.mul(shares.unsqueeze(-1)), [batch * count, width]).reshape(own.shape));
  }

  /** a_e of each edge, [B, E]. */
  private shares(source: Tensor, target: Tensor, kinds: Tensor, present: Tensor, rows: number): Tensor {
    const degree = (places: Tensor, size: number): Tensor => gather(maximum(scatterRows(places, present, [size]), 1e-12), places);
    switch (this.aggregation) {
      case "sum":
        return present;
      case "mean":
        return present.div(degree(target, rows));
      case "meanByType":
        return present.div(degree(target.mul(this.types).add(kinds), rows * this.types));
      case "symmetric":
        return present.div(sqrt(degree(target, rows).mul(degree(source, rows))));
    }
  }
}
