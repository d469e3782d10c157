/** Frames of speech, shortened by strided convolutions with gated linear units (arXiv 1911.08460, as in S2T). */
import { arange, where } from "../../../../engine/index.ts";
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { Conv1d, init, Module } from "../../../../nn/index.ts";
import type { StreamConfig } from "../../config.ts";
import { embeddingPart } from "../../part.ts";
import type { EmbeddingInputs, EmbeddingModule } from "../../part.ts";

const STRIDE = 2;

class SpeechEmbedding extends Module implements EmbeddingModule {
  readonly convolutions: readonly Conv1d[];
  private readonly scale: number;

  constructor({ audio_feature_size: bands, conv_channels: channels, conv_kernel_sizes: kernels, emb_size: width, embedding }: StreamConfig, random: RandomStream) {
    super();
    this.convolutions = channels.map((outputs, i) => {
      const inputs = i === 0 ? bands : (channels[i - 1] as number) / 2;
      const kernel = kernels[i] as number;
      return new Conv1d(inputs, outputs, kernel, { random: random.child(i), init: init.kaimingNormal(random.child(i, "weight")), stride: STRIDE, padding: kernel >> 1 });
    });
    this.scale = embedding.includes("sinusoidalpos") ? Math.sqrt(width) : 1;
  }

  /** frames float32 [B, T, bands] -> [B, ceil(T / 2^layers), emb_size]. */
  forward({ fields }: EmbeddingInputs): Tensor {
    const top = this.convolutions.reduce((x, convolution) => {
      const raised = convolution.forward(x);
      const half = raised.dim(1) / 2;
      return raised.sliceAxis(1, 0, half).mul(raised.sliceAxis(1, half, 2 * half).sigmoid());
    }, fields.get("frames").transpose([0, 2, 1]));
    const tokens = top.transpose([0, 2, 1]);
    return this.scale === 1 ? tokens : tokens.mul(this.scale);
  }

  segments({ fields }: EmbeddingInputs): Tensor {
    const frames = fields.get("frames").dim(1);
    const shorten = (length: number): number => this.convolutions.reduce((sum, { options, weight }) => shortened(sum, weight.dim(2), options.padding as number), length);
    // An example's tokens are those whose window begins inside it; kernels are odd, so each layer halves, rounding up.
    const kept = this.convolutions.reduce((lengths) => lengths.add(1).div(STRIDE).cast("int32"), fields.get("frameLengths"));
    return where(arange(shorten(frames)).unsqueeze(0).less(kept.unsqueeze(1)), 1, 0).cast("int32");
  }
}

const shortened = (length: number, kernel: number, padding: number): number => Math.floor((length + 2 * padding - kernel) / STRIDE) + 1;

export default embeddingPart({
  name: "speech",
  description: "log-mel frames, a quarter as many after two strided convolutions with gates",
  reads: ["frames", "frameLengths"],
  tokens: "frames",
  length: ({ conv_channels: channels }) => `T / ${STRIDE ** channels.length}`,
  check: ({ conv_channels: channels, conv_kernel_sizes: kernels, emb_size: width }) => [
    ...(channels.length === kernels.length ? [] : [{ fields: ["conv_channels", "conv_kernel_sizes"], message: `${channels.length} layers have channels, ${kernels.length} have kernels`, fix: "give both lists one entry for each layer" }]),
    ...(channels.at(-1) === 2 * width ? [] : [{ fields: ["conv_channels", "emb_size"], message: `the last gate halves ${channels.at(-1) ?? 0} channels, the other embeddings are ${width} wide`, fix: `end conv_channels with ${2 * width}` }]),
    ...(channels.every((count) => count % 2 === 0) ? [] : [{ fields: ["conv_channels"], message: "gates need an even number of channels", fix: "make every entry even" }]),
    ...(kernels.every((kernel) => kernel % 2 === 1) ? [] : [{ fields: ["conv_kernel_sizes"], message: "windows are centred", fix: "make every kernel odd" }]),
  ],
  build: (config, random) => new SpeechEmbedding(config, random),
});
