/** Patch embedding: a convolution whose stride is its kernel, done as one product of patch vectors and a matrix. */
import { hostArray } from "../../engine/index.ts";
import type { HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import { xavierUniform } from "../init.ts";
import type { InitFactory } from "../init.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";
import { patchify } from "./patchify.ts";
import type { PatchSize } from "./patchify.ts";

export interface PatchEmbedOptions {
  readonly random: RandomStream;
  /** Side of square patches, or height, width and frames of a tubelet. */
  readonly patch: number | PatchSize;
  /** Default 3. */
  readonly channels?: number;
  readonly bias?: boolean;
  /** Of the flat kernel [d, n]; default Xavier-uniform, with zero bias. */
  readonly init?: InitFactory;
}

/** Images [B, C, H, W] or clips [B, T, C, H, W] -> [B, N, d]. The weight [d, n] meets patch vectors in the order of `patchify`. */
export class PatchEmbed extends Module {
  readonly projection: Linear;
  readonly patch: PatchSize;

  constructor(width: number, { random, patch, channels = 3, bias = true, init = xavierUniform }: PatchEmbedOptions) {
    super();
    this.patch = typeof patch === "number" ? { height: patch, width: patch } : patch;
    const values = (this.patch.frames ?? 1) * this.patch.height * this.patch.width * channels;
    this.projection = new Linear(values, width, { random: random.child("projection"), bias, init: init(random.child("projection", "weight")) });
  }

  forward(pixels: Tensor): Tensor {
    return this.projection.forward(patchify(pixels, this.patch));
  }
}

/** A convolution kernel [d, C, (frames,) height, width] as the weight [d, n] of a PatchEmbed. */
export function kernelToPatchWeight({ data, shape }: HostArray): HostArray {
  const [width, channels, ...window] = shape as [number, number, ...number[]];
  const places = window.reduce((product, extent) => product * extent, 1);
  const source = data as Float32Array;
  const at = (i: number): number => {
    const channel = i % channels;
    const place = Math.floor(i / channels) % places;
    const row = Math.floor(i / (channels * places));
    return source[(row * channels + channel) * places + place] as number;
  };
  return hostArray(Float32Array.from({ length: source.length }, (_, i) => at(i)), [width, places * channels]);
}
