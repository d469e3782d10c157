/** Patches of which some are replaced by one learned vector (BEiT, arXiv 2106.08254). */
import { Parameter, where } from "../../../../engine/index.ts";
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { init } from "../../../../nn/index.ts";
import type { StreamConfig } from "../../config.ts";
import { embeddingPart } from "../../part.ts";
import type { EmbeddingInputs } from "../../part.ts";
import { checkImage, imageTokens, PatchEmbedding } from "./patch.ts";

class MaskedPatchEmbedding extends PatchEmbedding {
  /** [emb_size] */
  readonly maskToken: Parameter;

  constructor(config: StreamConfig, random: RandomStream) {
    super(config, random);
    this.maskToken = new Parameter([config.emb_size], init.truncatedNormal(random.child("maskToken")));
  }

  override forward({ fields }: EmbeddingInputs): Tensor {
    const patches = this.patches.forward(fields.get("images"));
    return this.withClass(where(fields.get("hiddenPatches").unsqueeze(-1), this.maskToken.expand(patches.shape), patches));
  }
}

export default embeddingPart({
  name: "masked_patch",
  description: "patches of which those of `hiddenPatches` (bool [B, N]) become one learned vector",
  reads: ["images", "hiddenPatches"],
  tokens: "patches",
  length: (config) => `1 + ${imageTokens(config) - 1}`,
  count: imageTokens,
  check: (config) => checkImage(config),
  build: (config, random) => new MaskedPatchEmbedding(config, random),
});
