/** Vision transformer (arXiv 2010.11929) for images and clips, with the whole grid of tokens or a subset of it. */
import { concat, Parameter, tensor } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { gatherTokens, repeatToken } from "../gather-tokens.ts";
import { truncatedNormal } from "../init.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";
import { LearnedPositions } from "../positions/learned.ts";
import { gatherRotary, leadRotary, rotary2d } from "../positions/rotary.ts";
import type { RotaryOptions, RotaryTable } from "../positions/rotary.ts";
import { sinCos1d, sinCos2d } from "../positions/sin-cos.ts";
import { TransformerEncoder } from "../transformer/encoder.ts";
import type { EncoderInputs, EncoderOptions, Encoded } from "../transformer/encoder.ts";
import { PatchEmbed } from "./patch-embed.ts";
import type { PatchSize } from "./patchify.ts";

export interface VisionTransformerOptions extends EncoderOptions {
  /** Side of square images, or height and width, in pixels; `frames` for clips. */
  readonly image: number | PatchSize;
  readonly patch: number | PatchSize;
  readonly channels?: number;
  /** A learned token in front of the patches; default true. */
  readonly classToken?: boolean;
  /** What is added to patch embeddings; fixed codes leave the class token alone. Clips take codes of the flattened index. Default "sin-cos". */
  readonly positions?: "sin-cos" | "learned" | "none";
  /** Also turn queries and keys by the place in the grid (images only); default none. */
  readonly rotary?: RotaryOptions;
}

export interface VisionInputs extends EncoderInputs {
  /** Patches the encoder sees, [B, K]; default all. */
  readonly keptIds?: Tensor;
  /** Added to the patch embeddings, broadcastable to [B, N, d]: semantic tokens, time codes. */
  readonly added?: Tensor;
}

/** Norms have eps 1e-6 unless told otherwise. */
export class VisionTransformer extends Module {
  readonly patchEmbed: PatchEmbed;
  readonly classToken: Parameter | null;
  readonly positions: LearnedPositions | null;
  readonly encoder: TransformerEncoder;
  /** Tubelets, rows and columns of patches. */
  readonly grid: { readonly steps: number; readonly rows: number; readonly columns: number };
  private readonly codes: Tensor | null;
  private readonly rotaryTable: RotaryTable | null;

  constructor(options: VisionTransformerOptions) {
    super();
    const { random, width, heads, image, patch, channels, classToken = true, positions = "sin-cos", init } = options;
    this.patchEmbed = new PatchEmbed(width, { random: random.child("patchEmbed"), patch, channels, init });
    this.grid = gridOf(typeof image === "number" ? { height: image, width: image } : image, this.patchEmbed.patch);
    const { steps, rows, columns } = this.grid;
    this.classToken = classToken ? new Parameter([1, 1, width], truncatedNormal(random.child("classToken"))) : null;
    const leading = classToken ? 1 : 0;
    this.positions = positions === "learned" ? new LearnedPositions(leading + this.patches, width, { random: random.child("positions") }) : null;
    const fixed = steps === 1 ? () => sinCos2d(rows, columns, width, { leading }) : () => sinCos1d(this.patches, width, { leading });
    this.codes = positions === "sin-cos" ? tensor(fixed()) : null;
    this.encoder = new TransformerEncoder({ ...options, eps: options.eps ?? 1e-6, random: random.child("encoder") });
    if (options.rotary !== undefined && steps > 1) throw new RangeError("VisionTransformer: rotary positions are for images; clips have none yet");
    this.rotaryTable = options.rotary === undefined ? null : rotary2d(options.headWidth ?? width / heads, rows, columns, options.rotary);
  }

  /** Number of patches. */
  get patches(): number {
    return this.grid.steps * this.grid.rows * this.grid.columns;
  }

  /** Images [B, C, H, W] or clips [B, T, C, H, W] -> class token first if there is one, then patches, [B, (1 +) K, d]. */
  forward(pixels: Tensor, mode: Mode, inputs: VisionInputs = {}): Encoded {
    const { keptIds, added, ...rest } = inputs;
    return this.encoder.forward(this.embed(pixels, { keptIds, added }), mode, { rotary: this.rotaryFor(keptIds), ...rest });
  }

  /** Tokens with positions as they enter the encoder. */
  embed(pixels: Tensor, { keptIds, added }: Pick<VisionInputs, "keptIds" | "added"> = {}): Tensor {
    const embedded = this.patchEmbed.forward(pixels); // [B, N, d]
    if (embedded.dim(1) !== this.patches) throw new RangeError(`VisionTransformer: built for ${this.patches} patches, the input has ${embedded.dim(1)}`);
    const leading = this.classToken === null ? 0 : 1;
    const codes = this.positions === null ? this.codes : this.positions.forward(leading + this.patches); // [(1 +) N, d]
    const placed = codes === null ? embedded : embedded.add(codes.sliceAxis(0, leading, leading + this.patches));
    const complete = added === undefined ? placed : placed.add(added);
    const seen = keptIds === undefined ? complete : gatherTokens(complete, keptIds);
    if (this.classToken === null) return seen;
    const token = codes === null || this.positions === null ? this.classToken : this.classToken.add(codes.sliceAxis(0, 0, 1)); // fixed codes give it zeros
    return concat([repeatToken(token, seen.dim(0), 1), seen], 1);
  }

  private rotaryFor(keptIds: Tensor | undefined): RotaryTable | undefined {
    if (this.rotaryTable === null) return undefined;
    const table = keptIds === undefined ? this.rotaryTable : gatherRotary(this.rotaryTable, keptIds);
    return this.classToken === null ? table : leadRotary(table, 1);
  }
}

function gridOf(image: PatchSize, patch: PatchSize): { readonly steps: number; readonly rows: number; readonly columns: number } {
  const grid = { steps: (image.frames ?? 1) / (patch.frames ?? 1), rows: image.height / patch.height, columns: image.width / patch.width };
  if (!Object.values(grid).every(Number.isInteger)) throw new RangeError(`VisionTransformer: image ${JSON.stringify(image)} is not a whole number of patches ${JSON.stringify(patch)}`);
  return grid;
}
