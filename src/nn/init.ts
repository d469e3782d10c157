/** Initialisers of the literature. Each takes a random stream and gives a function from shape to values. */
import { RandomStream } from "../engine/index.ts";
import type { Shape } from "../engine/index.ts";

/** Values for a shape; what Parameter takes. */
export type Init = (shape: Shape) => Float32Array;

/** An initialiser still waiting for its random stream, such as `init.xavierUniform`: what composite modules take. */
export type InitFactory = (random: RandomStream) => Init;

const sizeOf = (shape: Shape): number => shape.reduce((product, extent) => product * extent, 1);
const fill = (shape: Shape, draw: () => number): Float32Array => Float32Array.from({ length: sizeOf(shape) }, draw);

export const zeros: Init = (shape) => new Float32Array(sizeOf(shape));
export const ones: Init = (shape) => fill(shape, () => 1);
export const constant = (value: number): Init => (shape) => fill(shape, () => value);
export const normal = (random: RandomStream, deviation = 1): Init => (shape) => fill(shape, () => random.normal(0, deviation));
export const uniform = (random: RandomStream, bound: number): Init => (shape) => fill(shape, () => random.uniform(-bound, bound));

/** Normal deviates redrawn until they lie within two deviations, as BERT and ViT use. */
export const truncatedNormal = (random: RandomStream, deviation = 0.02): Init => (shape) =>
  fill(shape, () => {
    for (;;) {
      const value = random.normal();
      if (Math.abs(value) <= 2) return value * deviation;
    }
  });

/** Inputs and outputs a weight [out, in, ...kernel] connects. */
function fans(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  const [out = 1, input = 1, ...kernel] = shape;
  const window = sizeOf(kernel);
  return { fanIn: input * window, fanOut: out * window };
}

/** Glorot and Bengio 2010: U(-a, a), a = gain sqrt(6 / (fanIn + fanOut)). */
export const xavierUniform = (random: RandomStream, gain = 1): Init => (shape) => {
  const { fanIn, fanOut } = fans(shape);
  return uniform(random, gain * Math.sqrt(6 / (fanIn + fanOut)))(shape);
};

export const xavierNormal = (random: RandomStream, gain = 1): Init => (shape) => {
  const { fanIn, fanOut } = fans(shape);
  return normal(random, gain * Math.sqrt(2 / (fanIn + fanOut)))(shape);
};

/** He et al. 2015 (arXiv 1502.01852): N(0, 2 / fan) for layers followed by a rectifier. */
export const kaimingNormal = (random: RandomStream, mode: "fanIn" | "fanOut" = "fanIn"): Init => (shape) => normal(random, Math.sqrt(2 / fans(shape)[mode]))(shape);

/** U(-a, a) with a = 1 / sqrt(fanIn): the default of PyTorch's Linear and convolutions. */
export const fanInUniform = (random: RandomStream): Init => (shape) => uniform(random, 1 / Math.sqrt(fans(shape).fanIn))(shape);
