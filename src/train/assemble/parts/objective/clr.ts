/** Two streams side by side: pooled, mapped, of unit length; each finds its partner among the batch (CLIP, arXiv 2103.00020). */
import { hostArray, Parameter } from "../../../../engine/index.ts";
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { init, Linear, Module, pool } from "../../../../nn/index.ts";
import { infoNce, logitScale } from "../../../../objectives/index.ts";
import type { AssembleConfig } from "../../config.ts";
import { objectivePart } from "../../part.ts";
import type { ObjectiveInputs, ObjectiveModule } from "../../part.ts";
import { checkPooling } from "../../vector-head.ts";

export class Contrast extends Module implements ObjectiveModule {
  readonly projections: readonly Linear[];
  /** ln(1 / temperature), from 0.07. */
  readonly scale: Parameter;
  private readonly config: AssembleConfig;

  constructor(config: AssembleConfig, random: RandomStream) {
    super();
    const { streams, projection, feature_size: features } = config;
    this.projections = projection ? streams.map(({ hidden_size: width }, i) => new Linear(width, features, { random: random.child(i), bias: false, init: init.normal(random.child(i), width ** -0.5) })) : [];
    this.scale = new Parameter([], hostArray(Float32Array.of(Math.log(1 / 0.07)), []));
    this.config = config;
  }

  /** Vectors of unit length, [B, features] each; of one stream where `only` is given. */
  vectors({ states, segments }: Pick<ObjectiveInputs, "states" | "segments">): Tensor[] {
    return states.map((tokens, i) => {
      const pooled = pool(tokens, this.config.streams[i]?.pooling ?? "first", (segments[i] as Tensor).greater(0));
      return (this.projections[i]?.forward(pooled) ?? pooled).l2Normalize();
    });
  }

  forward(inputs: ObjectiveInputs): { readonly loss: Tensor; readonly accuracy: Tensor } {
    const [a, b] = this.vectors(inputs) as [Tensor, Tensor];
    const { loss, accuracy } = infoNce(a, b, { similarity: "dot", scale: logitScale(this.scale) });
    return { loss, accuracy };
  }
}

export default objectivePart({
  name: "clr",
  description: "which vector of one stream goes with which of the other, both directions",
  reads: () => [],
  mask: () => "fully_visible",
  words: "clean",
  ofDecoder: false,
  check(config, context) {
    const { streams, projection } = config;
    if (streams.length !== 2) return [{ fields: ["target", "encoder"], message: "clr compares two streams, there is one", fix: 'say "embedding": ["dual"], "encoder": "dual" and give stream_0 and stream_1' }];
    const [first, second] = streams.map(({ hidden_size: width }) => width) as [number, number];
    return [
      ...(!projection && first !== second ? [{ fields: ["stream_0.hidden_size", "stream_1.hidden_size", "projection"], message: `vectors [${first}] and [${second}] cannot be compared`, fix: "set projection to true, or make the widths equal" }] : []),
      ...checkPooling("clr", streams.map(({ pooling }) => pooling), context),
    ];
  },
  build: (config, random) => new Contrast(config, random),
});
