/** Models written by hand from the project's own modules, one for each modality: what assembled ones must equal. */
import { tanh } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { CausalLm, DualEncoder, Linear, LmHead, Module, pool, RelativeBias, mask as masks, Seq2Seq, TextEncoder, VisionTransformer } from "../../nn/index.ts";
import type { Mode, Tower } from "../../nn/index.ts";
import { causalLmLoss, crossEntropy, infoNce, maskedLm } from "../../objectives/index.ts";
import { locate } from "../../nn/pretrained/index.ts";
import type { NameTable } from "../../nn/pretrained/index.ts";
import { textNames, visionNames } from "../../train/assemble/index.ts";
import type { AssembleConfig, StreamConfig } from "../../train/assemble/index.ts";

type Fields = Readonly<Record<string, Tensor>>;

/** A model by hand and how its names are those of the assembled one. */
export interface HandWritten {
  readonly module: Module;
  loss(fields: Fields, mode: Mode): Tensor;
  /** Name of an assembled weight here. */
  nameOf(assembled: string): string;
  /** Weights the assembled model has none of; they keep zeros and are not trained. */
  readonly extra: readonly string[];
}

const field = (fields: Fields, name: string): Tensor => {
  const value = fields[name];
  if (value === undefined) throw new Error(`the batch has no ${name}`);
  return value;
};

const renamed = (rules: NameTable) => (name: string): string => (locate(rules, [name]).get(name) as { readonly theirs: string }).theirs;

const body = ({ hidden_size: width, heads_num: heads, feedforward_size: hidden, layers_num: depth, layernorm_eps: eps, dropout }: StreamConfig) => ({ width, heads, depth, eps, dropout, attentionDropout: dropout, feedForward: { hidden } });
const embedding = ({ max_seq_length: positions, layernorm_eps: eps, dropout }: StreamConfig) => ({ positions, tables: { segment: 3 }, norm: "layer" as const, eps, dropout });

const stream = ({ streams }: AssembleConfig, i = 0): StreamConfig => streams[i] as StreamConfig;

/** BERT's masked words: post-norm layers, three tables, a tied head. */
export function bert(config: AssembleConfig, random: RandomStream): HandWritten {
  const own = stream(config);
  const vocabulary = own.vocab_size ?? 0;
  class Bert extends Module {
    readonly text = new TextEncoder({ ...body(own), random, vocabulary, normPlace: "post", embedding: embedding(own) });
    readonly head = new LmHead({ random, width: own.hidden_size, vocabulary, tied: this.text.embedding.word.weight, transform: { eps: own.layernorm_eps }, bias: true });
  }
  const module = new Bert();
  return {
    module,
    extra: [],
    nameOf: renamed([...textNames({ embedding: "text.embedding", encoder: "text.encoder" }), ["objectives.mlm.head.*", "head.*"]]),
    loss(fields, mode) {
      const segments = field(fields, "segments");
      const { output } = module.text.forward(field(fields, "masked"), mode, { valid: segments.greater(0), ids: { segment: segments } });
      return maskedLm(module.head, output, { ids: field(fields, "places"), labels: field(fields, "labels") }, { weights: field(fields, "weights") }).loss;
    },
  };
}

/** GPT-2's next words: pre-norm, causal, tied. */
export function gpt2(config: AssembleConfig, random: RandomStream): HandWritten {
  const own = stream(config);
  const module = new CausalLm({ ...body(own), random, vocabulary: own.vocab_size ?? 0, normPlace: "pre", feedForward: { hidden: own.feedforward_size, activation: "gelu-tanh" }, embedding: { positions: own.max_seq_length, dropout: own.dropout } });
  return {
    module,
    extra: [],
    nameOf: renamed([...textNames({ embedding: "embedding", encoder: "body" }), ["objectives.lm.head.*", "head.*"]]),
    loss: (fields, mode) => {
      const tokens = field(fields, "tokens");
      const valid = field(fields, "segments").greater(0);
      const { logits } = module.forward(tokens, mode, { mask: masks.and(masks.causal(), masks.validKeys(valid)) });
      return causalLmLoss(logits, tokens, { weights: valid.cast("float32") }).loss;
    },
  };
}

/** T5: one bias table for each side, root-mean-square norms, no biases, unscaled scores, one table of words. */
export function t5(config: AssembleConfig, random: RandomStream): HandWritten {
  const own = stream(config);
  class T5 extends Module {
    readonly model = new Seq2Seq({ ...body(own), random, vocabulary: own.vocab_size ?? 0, encoderDepth: own.layers_num, decoderDepth: config.decoder_layers_num ?? own.layers_num, norm: "rms", bias: false, tied: config.tie_weights, feedForward: { hidden: own.feedforward_size, activation: "gelu-tanh", gated: own.feed_forward === "gated", bias: false } });
    readonly ahead = new RelativeBias({ random, heads: own.heads_num });
    readonly behind = new RelativeBias({ random, heads: own.heads_num, bidirectional: false });
  }
  const module = new T5();
  return {
    module,
    extra: [],
    nameOf: renamed([...textNames({ embedding: "model.embedding", encoder: "model.encoder" }), ["streams.0.encoder.relative.*", "ahead.*"], ["decoder.decoder.*", "model.decoder.*"], ["decoder.relative.*", "behind.*"], ["objectives.lm.head.*", "model.head.*"]]),
    loss(fields, mode) {
      const [tokens, target] = [field(fields, "tokens"), field(fields, "target")];
      const sourceValid = field(fields, "segments").greater(0);
      const inputs = { sourceValid, encoder: { bias: module.ahead.forward(tokens.dim(1)), scale: 1 }, decoder: { bias: module.behind.forward(target.dim(1)), scale: 1, mask: masks.causal(), memoryMask: masks.validKeys(sourceValid) } };
      const { logits } = module.model.forward(tokens, target, mode, inputs);
      return causalLmLoss(logits, target, { weights: field(fields, "targetSegments").greater(0).cast("float32") }).loss;
    },
  };
}

/** A vector of pictures or texts for classes or for a partner. */
class PictureTower extends Module implements Tower<Tensor> {
  readonly vision: VisionTransformer;

  constructor(own: StreamConfig, random: RandomStream) {
    super();
    this.vision = new VisionTransformer({ ...body(own), random, image: { height: own.image_height, width: own.image_width }, patch: own.patch_size, positions: "learned", normPlace: "pre" });
  }

  forward(images: Tensor, mode: Mode): Tensor {
    return this.vision.forward(images, mode).output.select(1, 0);
  }
}

/** ViT's classes: pre-norm, class token, learned positions. */
export function vit(config: AssembleConfig, random: RandomStream): HandWritten {
  const own = stream(config);
  class Vit extends Module {
    readonly tower = new PictureTower(own, random);
    readonly dense = new Linear(own.hidden_size, own.hidden_size, { random });
    readonly output = new Linear(own.hidden_size, config.labels_num ?? 0, { random });
  }
  const module = new Vit();
  return {
    module,
    extra: ["tower.vision.patchEmbed.projection.bias"],
    nameOf: renamed([...visionNames("streams.0", "tower.vision"), ["objectives.cls.head.*", "*"]]),
    loss: (fields, mode) => crossEntropy(module.output.forward(tanh(module.dense.forward(module.tower.forward(field(fields, "images"), mode)))), field(fields, "classes")).loss,
  };
}

class TextTower extends Module implements Tower<{ readonly tokens: Tensor; readonly segments: Tensor }> {
  readonly text: TextEncoder;

  constructor(own: StreamConfig, random: RandomStream) {
    super();
    const { tables: _, ...tables } = embedding(own);
    this.text = new TextEncoder({ ...body(own), random, vocabulary: own.vocab_size ?? 0, normPlace: "post", embedding: tables });
  }

  forward({ tokens, segments }: { readonly tokens: Tensor; readonly segments: Tensor }, mode: Mode): Tensor {
    const valid = segments.greater(0);
    return pool(this.text.forward(tokens, mode, { valid }).output, "mean", valid);
  }
}

/** CLIP: texts and pictures, projected, of unit length, a learned scale. */
export function clip(config: AssembleConfig, random: RandomStream): HandWritten {
  const [text, image] = [stream(config), stream(config, 1)];
  const module = new DualEncoder({ random, query: new TextTower(text, random), passage: new PictureTower(image, random), projection: { width: config.feature_size, queryWidth: text.hidden_size, passageWidth: image.hidden_size } });
  return {
    module,
    extra: ["passage.vision.patchEmbed.projection.bias"],
    nameOf: renamed([...textNames({ embedding: "query.text.embedding", encoder: "query.text.encoder" }), ...visionNames("streams.1", "passage.vision"), ["objectives.clr.projections.0.*", "queryProjection.*"], ["objectives.clr.projections.1.*", "passageProjection.*"], ["objectives.clr.scale", "logitScale"]]),
    loss(fields, mode) {
      const { query, passage, scale } = module.forward({ query: { tokens: field(fields, "tokens_0"), segments: field(fields, "segments_0") }, passage: field(fields, "images_1") }, mode);
      return infoNce(query, passage, { similarity: "dot", scale }).loss;
    },
  };
}
