/** Patches of an image behind a learned token, without a bias (arXiv 2010.11929 as TencentPretrain has it). */
import { concat, Parameter, ones } from "../../../../engine/index.ts";
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { init, Module, PatchEmbed, repeatToken } from "../../../../nn/index.ts";
import type { StreamConfig } from "../../config.ts";
import { embeddingPart } from "../../part.ts";
import type { EmbeddingInputs, EmbeddingModule, Problem } from "../../part.ts";

export class PatchEmbedding extends Module implements EmbeddingModule {
  readonly patches: PatchEmbed;
  /** [1, 1, emb_size] */
  readonly classToken: Parameter;

  constructor({ emb_size: width, patch_size: patch, channels_num: channels }: StreamConfig, random: RandomStream) {
    super();
    this.patches = new PatchEmbed(width, { random: random.child("patches"), patch, channels, bias: false });
    this.classToken = new Parameter([1, 1, width], init.zeros);
  }

  forward({ fields }: EmbeddingInputs): Tensor {
    return this.withClass(this.patches.forward(fields.get("images")));
  }

  segments({ fields }: EmbeddingInputs): Tensor {
    const { shape } = fields.get("images");
    const { height } = this.patches.patch;
    return ones([shape[0] as number, 1 + ((shape[2] as number) / height) * ((shape[3] as number) / height)]).cast("int32");
  }

  /** Patches [B, N, d] behind the class token, [B, 1 + N, d]. */
  protected withClass(patches: Tensor): Tensor {
    return concat([repeatToken(this.classToken, patches.dim(0), 1), patches], 1);
  }
}

/** Tokens of an image: the class token and the patches. */
export const imageTokens = ({ image_height: height, image_width: width, patch_size: patch }: StreamConfig): number => 1 + (height / patch) * (width / patch);

/** An image is a whole number of patches, and each has a position. */
export function checkImage(config: StreamConfig, more = 0): Problem[] {
  const { image_height: height, image_width: width, patch_size: patch, embedding, max_seq_length: places } = config;
  if (height % patch !== 0 || width % patch !== 0) return [{ fields: ["patch_size", "image_height", "image_width"], message: `an image of ${height} by ${width} is not a whole number of patches of ${patch}`, fix: `choose a patch_size that divides ${height} and ${width}` }];
  const tokens = imageTokens(config) + more;
  if (!embedding.includes("pos") || tokens <= places) return [];
  return [{ fields: ["max_seq_length", "patch_size"], message: `${tokens} tokens need as many positions, the table has ${places}`, fix: `set max_seq_length to ${tokens}` }];
}

export default embeddingPart({
  name: "patch",
  description: "a linear map of each patch of an image, behind a learned token",
  reads: ["images"],
  tokens: "patches",
  length: (config) => `1 + ${imageTokens(config) - 1}`,
  count: imageTokens,
  check: (config) => checkImage(config),
  build: (config, random) => new PatchEmbedding(config, random),
});
