/**
 * Pictures as codes: a vector-quantised autoencoder over patches (arXiv 1711.00937). Each patch becomes one of K codes, with
 * its neighbours in view; codes are compared by angle in a narrow space, and follow the mean of the vectors that choose them
 * (arXiv 2110.04627, 2208.06366).
 */
import { hostArray } from "../../engine/index.ts";
import type { HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import { Conv2d, Linear, Module, PatchEmbed, patchify, VectorQuantizer } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";

/** Plain data: it is kept beside the weights. */
export interface PictureTokenizerShape {
  /** Side of the square pictures, and of a patch of them. */
  readonly image: number;
  readonly patch: number;
  readonly channels: number;
  /** K. */
  readonly codes: number;
  /** Width of a patch's vector, and of the space in which codes are compared. */
  readonly width: number;
  readonly codeWidth: number;
}

const DECAY = 0.95;
const COMMITMENT = 1;

/** Patches a picture has, and codes with them. */
export const codesPerPicture = ({ image, patch }: Pick<PictureTokenizerShape, "image" | "patch">): number => (image / patch) ** 2;

export class PictureTokenizer extends Module {
  readonly patches: PatchEmbed;
  readonly inward: Conv2d;
  readonly quantizer: VectorQuantizer;
  readonly outward: Conv2d;
  readonly pixels: Linear;
  readonly shape: PictureTokenizerShape;

  constructor(shape: PictureTokenizerShape, random: RandomStream) {
    super();
    const { patch, channels, codes, width, codeWidth } = shape;
    this.patches = new PatchEmbed(width, { random: random.child("patches"), patch, channels });
    this.inward = new Conv2d(width, width, 3, { random: random.child("inward"), padding: 1 });
    this.quantizer = new VectorQuantizer({ random: random.child("quantizer"), entries: codes, width, codeWidth, metric: "cosine", update: { kind: "ema", decay: DECAY }, commitment: COMMITMENT });
    this.outward = new Conv2d(width, width, 3, { random: random.child("outward"), padding: 1 });
    this.pixels = new Linear(width, patch * patch * channels, { random: random.child("pixels") });
    this.shape = shape;
  }

  /** Images float32 [B, C, H, W]: the squared error of what the codes tell, with what keeps vectors near their codes. `perplexity` is how many codes the batch uses. */
  forward(images: Tensor, mode: Mode): { readonly loss: Tensor; readonly reconstruction: Tensor; readonly perplexity: Tensor } {
    const { quantized, loss, perplexity } = this.quantizer.forward(this.vectors(images), mode);
    const told = this.pixels.forward(this.neighbours(quantized, this.outward));
    const { patch } = this.shape;
    const reconstruction = told.sub(patchify(images, { height: patch, width: patch })).square().mean();
    return { loss: reconstruction.add(loss), reconstruction, perplexity };
  }

  /** Codes int32 [B, N] of images, patches in raster order. */
  codes(images: Tensor): Tensor {
    return this.quantizer.forward(this.vectors(images), { train: false }).ids;
  }

  /** What is compared with codes, of unit length: [B, N, codeWidth]. */
  compared(images: Tensor): Tensor {
    const vectors = this.vectors(images);
    return (this.quantizer.inward?.forward(vectors) ?? vectors).l2Normalize();
  }

  /** Lets codes begin where pictures are: each becomes one of the vectors [.., codeWidth] of `compared`. */
  beginAt(vectors: HostArray, random: RandomStream): void {
    const { codeWidth } = this.shape;
    this.quantizer.replaceUnused(hostArray(vectors.data as Float32Array, [vectors.data.length / codeWidth, codeWidth]), 1, random);
  }

  private vectors(images: Tensor): Tensor {
    return this.neighbours(this.patches.forward(images), this.inward);
  }

  /** Adds what a convolution over the grid of patches sees: [B, N, d] -> [B, N, d]. */
  private neighbours(tokens: Tensor, convolution: Conv2d): Tensor {
    const [batch, count, width] = tokens.shape as [number, number, number];
    const side = this.shape.image / this.shape.patch;
    const grid = tokens.gelu().transpose([0, 2, 1]).reshape([batch, width, side, side]);
    return tokens.add(convolution.forward(grid).reshape([batch, width, count]).transpose([0, 2, 1]));
  }
}
