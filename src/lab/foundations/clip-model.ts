/** A small CLIP (arXiv 2103.00020): a vision and a text transformer whose outputs meet in one space. */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { DualEncoder, Linear, Module, pool, TextEncoder, VisionTransformer } from "../../nn/index.ts";
import type { Mode, Tower, VisionInputs, VisionTransformerOptions } from "../../nn/index.ts";

export interface VisionTowerOptions extends VisionTransformerOptions {
  /** Width of the common space. */
  readonly joint: number;
  /** Whether the map into the common space has a bias; default false. */
  readonly projectionBias?: boolean;
}

/** Pictures into the common space, token by token; the class token stands for the whole picture. */
export class VisionTower extends Module implements Tower<Tensor> {
  readonly vision: VisionTransformer;
  readonly projection: Linear;

  constructor({ joint, projectionBias = false, ...options }: VisionTowerOptions) {
    super();
    this.vision = new VisionTransformer({ ...options, random: options.random.child("vision") });
    this.projection = new Linear(options.width, joint, { random: options.random.child("projection"), bias: projectionBias });
  }

  /** The class token and the patches, or only those kept, after the last norm and the projection: [B, 1 + K, joint]. */
  tokens(images: Tensor, mode: Mode, inputs: VisionInputs = {}): Tensor {
    return this.projection.forward(this.vision.forward(images, mode, inputs).output);
  }

  /** The class token of [B, 3, H, W] in the common space: [B, joint]. */
  forward(images: Tensor, mode: Mode): Tensor {
    return this.tokens(images, mode).select(1, 0);
  }
}

export interface TextTowerOptions {
  readonly random: RandomStream;
  readonly vocabulary: number;
  /** Longest text in tokens. */
  readonly length: number;
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  readonly joint: number;
}

/** Token ids [B, T], 0 being padding, into the common space: the mean over the tokens, projected. [B, joint] */
export class TextTower extends Module implements Tower<Tensor> {
  readonly text: TextEncoder;
  readonly projection: Linear;

  constructor({ random, length, joint, ...options }: TextTowerOptions) {
    super();
    this.text = new TextEncoder({ ...options, random: random.child("text"), embedding: { positions: length, padId: 0 } });
    this.projection = new Linear(options.width, joint, { random: random.child("projection"), bias: false });
  }

  forward(ids: Tensor, mode: Mode): Tensor {
    const valid = ids.greater(0);
    return this.projection.forward(pool(this.text.forward(ids, mode, { valid }).output, "mean", valid));
  }
}

export interface ClipSizes {
  /** Side of the picture and of a patch, pixels. */
  readonly image: number;
  readonly patch: number;
  readonly joint: number;
  readonly vision: { readonly width: number; readonly depth: number; readonly heads: number };
  readonly text: { readonly width: number; readonly depth: number; readonly heads: number; readonly length: number };
}

/** Query: pictures. Passage: texts. Vectors have unit length. */
export type Clip = DualEncoder<Tensor, Tensor>;

export interface EmojiClip {
  readonly model: Clip;
  readonly vision: VisionTower;
}

export function buildClip(random: RandomStream, { image, patch, joint, vision, text }: ClipSizes, vocabulary: number): EmojiClip {
  const tower = new VisionTower({ ...vision, random: random.child("vision"), image, patch, joint });
  const words = new TextTower({ ...text, random: random.child("text"), vocabulary, joint });
  return { model: new DualEncoder<Tensor, Tensor>({ random: random.child("pair"), query: tower, passage: words }), vision: tower };
}
