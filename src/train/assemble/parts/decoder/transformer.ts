/** Layers of causal self-attention, attention to the encoder, and a feed-forward network. */
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { alibi, Linear, mask as masks, Module, RelativeBias, rotary, TransformerDecoder } from "../../../../nn/index.ts";
import type { Mode } from "../../../../nn/index.ts";
import type { AssembleConfig, StreamConfig } from "../../config.ts";
import { decoderPart, streamOf } from "../../part.ts";
import type { DecoderInputs, DecoderModule } from "../../part.ts";
import { blockOptions, checkTransformer, headWidthOf, scoreScale } from "../../transformer-options.ts";

class TransformerDecoding extends Module implements DecoderModule {
  readonly projection: Linear | null;
  readonly decoder: TransformerDecoder;
  /** One table for all layers. */
  readonly relative: RelativeBias | null;
  private readonly config: StreamConfig;

  constructor({ decoder_layers_num: depth, ...model }: AssembleConfig, random: RandomStream) {
    super();
    const config = model.streams[0] as StreamConfig;
    const { emb_size: emb, hidden_size: width, heads_num: heads, relative_attention_buckets_num: buckets } = config;
    this.projection = config.factorized_embedding_parameterization ? new Linear(emb, width, { random: random.child("projection") }) : null;
    this.decoder = new TransformerDecoder({ ...blockOptions(config), random: random.child("decoder"), depth: depth ?? config.layers_num });
    this.relative = config.relative_position_embedding ? new RelativeBias({ random: random.child("relative"), heads, buckets, bidirectional: false }) : null;
    this.config = config;
  }

  forward({ target, memory, memorySegments }: DecoderInputs, mode: Mode): Tensor {
    const { heads_num: heads, rotary_position_embedding: turned, alibi_position_embedding: sloped } = this.config;
    const length = target.dim(1);
    return this.decoder.forward(this.projection?.forward(target) ?? target, memory, mode, {
      mask: masks.causal(),
      memoryMask: masks.validKeys(memorySegments.greater(0)),
      bias: this.relative?.forward(length) ?? (sloped ? alibi(heads, length) : undefined),
      rotary: turned ? rotary(headWidthOf(this.config), length) : undefined,
      scale: scoreScale(this.config),
    }).output;
  }
}

export default decoderPart({
  name: "transformer",
  description: "causal self-attention, attention to the encoder's states, feed-forward network",
  check: (config) => checkTransformer(streamOf(config)).map((problem) => ({ ...problem, fields: ["decoder", ...problem.fields] })),
  build: (config, random) => new TransformerDecoding(config, random),
});
