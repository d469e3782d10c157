/**
 * MultiMAE (arXiv 2204.01678): one vision transformer over the tokens of pictures, depth maps and class maps, of which it
 * sees a random part, and a decoder for each that restores what was hidden.
 */
import { arange, concat, Parameter, tensor } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { Embedding, gatherTokens, init, Linear, Module, PatchEmbed, patchify, repeatToken, sinCos2d, TransformerEncoder } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import { crossEntropy, patchReconstruction, reduceLoss, regressionErrors } from "../../objectives/index.ts";
import type { StackSize } from "./masked-autoencoder.ts";
import { ModalityDecoder } from "./multimae-decoder.ts";

/** In the order in which their tokens are counted. */
export const MODALITIES = ["rgb", "depth", "classes"] as const;
export type Modality = (typeof MODALITIES)[number];

/** What is restored: each modality, and pictures once more with every patch standardised. */
export type Restored = Modality | "normalizedRgb";

/** Class maps are given at a quarter of the picture's resolution. */
export const CLASS_STRIDE = 4;
const CLASS_WIDTH = 64;

export interface MultiMaeOptions {
  readonly random: RandomStream;
  /** Side of the picture and of a patch, pixels. */
  readonly image: number;
  readonly patch: number;
  /** Number of classes in class maps. */
  readonly classes: number;
  readonly encoder: StackSize;
  readonly decoder: StackSize;
  /** What the model knows of; default all. */
  readonly modalities?: readonly Modality[];
  /** Added to the variance of a picture patch. Default 1e-6. */
  readonly epsilon?: number;
}

/** What is at hand of a scene. */
export interface Inputs {
  /** float32 [B, 3, H, W], standardised. */
  readonly rgb?: Tensor;
  /** float32 [B, 1, H, W], standardised picture by picture. */
  readonly depth?: Tensor;
  /** int32 [B, H / 4, W / 4] */
  readonly classes?: Tensor;
}

export interface MultiMaeBatch extends Required<Inputs> {
  /** int32 [B, K], counting through the modalities of the model. */
  readonly kept: Tensor;
  /** float32 [B, M, N], 1 at hidden patches. */
  readonly hidden: Tensor;
}

export class MultiMae extends Module {
  readonly patchEmbed: Readonly<Partial<Record<"rgb" | "depth", PatchEmbed>>>;
  readonly classEmbedding: Embedding | null;
  readonly classProjection: Linear | null;
  readonly globalToken: Parameter;
  readonly encoder: TransformerEncoder;
  readonly decoders: Readonly<Partial<Record<Restored, ModalityDecoder<Modality>>>>;
  readonly modalities: readonly Modality[];
  readonly patch: number;
  /** Patches of each modality. */
  readonly places: number;
  readonly epsilon: number;
  private readonly codes: Tensor;
  private readonly classCount: number;

  constructor({ random, image, patch, classes, encoder, decoder, modalities = MODALITIES, epsilon = 1e-6 }: MultiMaeOptions) {
    super();
    const rows = image / patch;
    const cell = patch / CLASS_STRIDE; // side of a patch in class maps
    const stream = random.child("encoder"); // the streams of VisionTransformer, so that both start from the same picture encoder
    const embedOf = (name: string, channels: number): PatchEmbed => new PatchEmbed(encoder.width, { random: stream.child(name), patch, channels });
    this.patchEmbed = {
      ...(modalities.includes("rgb") ? { rgb: embedOf("patchEmbed", 3) } : {}),
      ...(modalities.includes("depth") ? { depth: embedOf("depthEmbed", 1) } : {}),
    };
    const knowsClasses = modalities.includes("classes");
    this.classEmbedding = knowsClasses ? new Embedding(classes, CLASS_WIDTH, { random: stream.child("classEmbedding"), init: (r) => init.normal(r, 0.02) }) : null;
    this.classProjection = knowsClasses ? new Linear(CLASS_WIDTH * cell * cell, encoder.width, { random: stream.child("classProjection"), init: init.xavierUniform(stream.child("classProjection", "weight")) }) : null;
    this.globalToken = new Parameter([1, 1, encoder.width], init.truncatedNormal(stream.child("classToken")));
    this.encoder = new TransformerEncoder({ ...encoder, random: stream.child("encoder"), eps: 1e-6, finalNorm: false, init: init.xavierUniform });
    const outputs: Readonly<Record<Restored, number>> = { rgb: patch * patch * 3, normalizedRgb: patch * patch * 3, depth: patch * patch, classes: classes * cell * cell };
    const restored: readonly Restored[] = [...modalities, ...(modalities.includes("rgb") ? (["normalizedRgb"] as const) : [])];
    const positions = sinCos2d(rows, rows, decoder.width);
    this.decoders = Object.fromEntries(
      restored.map((name) => [name, new ModalityDecoder<Modality>({ ...decoder, random: random.child("decoders", name), memoryWidth: encoder.width, modalities, own: name === "normalizedRgb" ? "rgb" : name, outputs: outputs[name], positions })]),
    );
    this.modalities = modalities;
    this.patch = patch;
    this.places = rows * rows;
    this.epsilon = epsilon;
    this.codes = tensor(sinCos2d(rows, rows, encoder.width));
    this.classCount = classes;
  }

  /** The modalities of the model that are at hand, in its order. Throws when none is. */
  given(inputs: Inputs): Modality[] {
    const given = this.modalities.filter((modality) => inputs[modality] !== undefined);
    if (given.length === 0) throw new Error(`MultiMae: expected at least one of ${this.modalities.join(", ")}, got none`);
    return given;
  }

  /** Encoder output for the kept tokens of the given modalities (default all), the global token last: [B, K + 1, d]. */
  encode(inputs: Inputs, mode: Mode, kept?: Tensor): Tensor {
    const all = concat(this.given(inputs).map((modality) => this.embed(modality, inputs).add(this.codes)), 1); // [B, M N, d]
    const seen = kept === undefined ? all : gatherTokens(all, kept);
    return this.encoder.forward(concat([seen, repeatToken(this.globalToken, seen.dim(0), 1)], 1), mode).output;
  }

  /** Every patch of what is wanted, [B, N, n], from the kept tokens of the given modalities (default all). */
  predict<W extends Restored>(inputs: Inputs, wanted: readonly W[], mode: Mode, kept?: Tensor): Record<W, Tensor> {
    const given = this.given(inputs);
    const encoded = this.encode(inputs, mode, kept);
    const ids = kept ?? arange(given.length * this.places).reshape([1, -1]).expand([encoded.dim(0), given.length * this.places]);
    return Object.fromEntries(wanted.map((name) => [name, this.decoder(name).forward(encoded, mode, { given, kept: ids })])) as Record<W, Tensor>;
  }

  /** The sum of the losses over hidden patches, each the mean over those pictures that hide some of it. */
  loss(batch: MultiMaeBatch, mode: Mode): { readonly loss: Tensor } & Readonly<Record<string, Tensor>> {
    const inputs = Object.fromEntries(this.modalities.map((modality) => [modality, batch[modality]])) as Inputs;
    const wanted = Object.keys(this.decoders) as Restored[];
    const predicted = this.predict(inputs, wanted, mode, batch.kept);
    const hiddenOf = (modality: Modality): Tensor => batch.hidden.select(1, this.modalities.indexOf(modality)); // [B, N]
    const size = { height: this.patch, width: this.patch };
    const rules: Readonly<Record<Restored, (prediction: Tensor) => Tensor>> = {
      rgb: (prediction) => reduceLoss(regressionErrors(prediction, patchify(batch.rgb, size)), { weights: hiddenOf("rgb"), reduction: "perExample" }),
      normalizedRgb: (prediction) => patchReconstruction(prediction, patchify(batch.rgb, size), { epsilon: this.epsilon, weights: hiddenOf("rgb"), reduction: "perExample" }).loss,
      depth: (prediction) => reduceLoss(regressionErrors(prediction, patchify(batch.depth, size), { kind: "l1" }), { weights: hiddenOf("depth"), reduction: "perExample" }),
      classes: (prediction) => {
        const cells = this.classPatches(batch.classes); // [B, N, cells]
        return crossEntropy(prediction.reshape([...cells.shape, this.classCount]), cells, { weights: hiddenOf("classes"), reduction: "perExample" }).loss;
      },
    };
    const parts = Object.fromEntries(wanted.map((name) => [name, rules[name](predicted[name])]));
    return { ...parts, loss: Object.values(parts).reduce((sum, part) => sum.add(part)) };
  }

  /** Class ids of the cells of each patch, [B, N, cells]. */
  private classPatches(maps: Tensor): Tensor {
    const [batch, height] = maps.shape as [number, number];
    const cell = this.patch / CLASS_STRIDE;
    const rows = height / cell;
    return maps.reshape([batch, rows, cell, rows, cell]).transpose([0, 1, 3, 2, 4]).reshape([batch, rows * rows, cell * cell]);
  }

  private embed(modality: Modality, inputs: Inputs): Tensor {
    if (modality !== "classes") return (this.patchEmbed[modality] as PatchEmbed).forward(inputs[modality] as Tensor);
    const vectors = (this.classEmbedding as Embedding).forward(this.classPatches(inputs.classes as Tensor)); // [B, N, cells, 64]
    const [batch, places, cells, width] = vectors.shape as [number, number, number, number];
    return (this.classProjection as Linear).forward(vectors.reshape([batch, places, cells * width]));
  }

  private decoder(name: Restored): ModalityDecoder<Modality> {
    const found = this.decoders[name];
    if (!found) throw new Error(`MultiMae: this model does not restore ${name}; it restores ${Object.keys(this.decoders).join(", ")}`);
    return found;
  }
}
