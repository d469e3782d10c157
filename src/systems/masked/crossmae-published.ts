/** What CrossMAE's decoder costs beside MAE's at the published size (ViT-B, 224 pixels), counted from graphs; nothing runs. */
import { compile, hostArray, RandomStream } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { subsetCounts } from "../../data/masking/uniform-subset.ts";
import type { Table } from "../../lab/index.ts";
import { MaskedAutoencoder } from "./masked-autoencoder.ts";

const TOKENS = 196;
const MASK_RATIO = 0.75;
const ENCODER = { width: 768, depth: 12, heads: 12 };
const DECODER = { width: 512, heads: 16 };
const PIXELS = 16 * 16 * 3;

export interface PublishedDecoder {
  readonly depth: number;
  readonly attention: "self" | "cross";
  readonly predictionRatio: number;
}

/** FLOPs of everything after the encoder for one picture, two for each multiply-add. */
export interface DecoderFlops {
  /** Products with weights: projections, MLP, head and mixtures. */
  readonly weights: number;
  /** The same and both products of attention. */
  readonly all: number;
}

/** The rows of the table: MAE as released, then CrossMAE at its depth and as released. */
export const PUBLISHED_DECODERS: readonly PublishedDecoder[] = [
  { depth: 8, attention: "self", predictionRatio: MASK_RATIO },
  ...[8, 12].flatMap((depth) => [0.75, 0.25, 0.15].map((predictionRatio) => ({ depth, attention: "cross" as const, predictionRatio }))),
];

export function decoderFlops({ depth, attention, predictionRatio }: PublishedDecoder): DecoderFlops {
  const model = new MaskedAutoencoder({ random: RandomStream.of(0), image: 224, patch: 16, encoder: ENCODER, decoder: { ...DECODER, depth }, attention });
  model.namedParameters(); // names the modules
  const counts = subsetCounts(TOKENS, MASK_RATIO, predictionRatio);
  const ids = (count: number) => hostArray(new Int32Array(count), [1, count]);
  const predict = compile((images: Tensor, visible: Tensor, predicted: Tensor) => model.predict({ images, visible, predicted }, EVALUATE));
  const { nodes } = predict.graph(hostArray(new Float32Array(3 * 224 * 224), [1, 3, 224, 224]), ids(counts.visible), ids(counts.predicted));
  // The published MAE runs its head on all 197 tokens, ours on those that are scored.
  let weights = attention === "self" ? 2 * (1 + TOKENS - counts.predicted) * DECODER.width * PIXELS : 0;
  let scores = 0;
  for (const { primitive, inputs, outputs, attributes, scope } of nodes) {
    if (!["matmul", "gemm"].includes(primitive.name) || scope.startsWith("encoder")) continue;
    const [product] = outputs as readonly [Tensor];
    const flops = primitive.flops(inputs, outputs, attributes) - (primitive.name === "gemm" ? product.size : 0); // without adding the bias
    if (product.rank === 4) scores += flops; // [batch, heads, queries, keys or head width]
    else weights += flops;
  }
  return { weights, all: weights + scores };
}

/** Every row with its saving over MAE. The paper's "2.5 to 3.7 times" is among them. */
export function decoderTable(): Table {
  const costs = PUBLISHED_DECODERS.map((decoder) => ({ ...decoder, ...decoderFlops(decoder) }));
  const mae = costs[0] as DecoderFlops;
  const digits = (value: number, count: number): number => Number(value.toFixed(count));
  return {
    caption:
      "Decoder GFLOPs of one 224-pixel picture, ViT-B, 49 of 196 patches visible, counted from the graph, two for each multiply-add: products with weights (projections, MLP, head, mixtures of maps), then with both products of attention. MAE's head is counted on all tokens, as published",
    columns: ["decoder", "blocks", "predicted of all patches", "GFLOPs", "times less than MAE", "with attention", "times less than MAE"],
    rows: costs.map(({ depth, attention, predictionRatio, weights, all }) => [
      attention === "self" ? "MAE" : "CrossMAE",
      depth,
      predictionRatio,
      ...[digits(weights / 1e9, 3), digits(mae.weights / weights, 2), digits(all / 1e9, 3), digits(mae.all / all, 2)],
    ]),
  };
}
