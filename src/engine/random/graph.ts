/**
 * Random numbers drawn inside compiled functions.
 *
 * The state is one parameter of three words, the key (two) and a step counter. A draw depends on the key, the step, and
 * its number among the draws of the trace, and on nothing else: the same seed gives the same run, also when it is saved
 * and resumed, as long as the state is saved with the model. Forward passes do not change the state; a training step
 * calls `advance` once, so evaluation leaves the run as it was.
 */
import { hostArray } from "../host-array.ts";
import { add, bitwiseXor, cast, cos, less, log, mul, neg, shiftRight, sin, sqrt } from "../ops/arithmetic.ts";
import { concat, reshape, select, sliceAxis } from "../ops/layout.ts";
import { ones, tensor } from "../ops/lift.ts";
import { argSort } from "../ops/order.ts";
import { argMax } from "../ops/reduction.ts";
import { Parameter } from "../parameter.ts";
import { sizeOf } from "../shape.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { DrawCounter } from "./draws.ts";
import { foldInWord, randomWords } from "./graph-hash.ts";
import { foldIn, keyFromSeed } from "./hash.ts";
import type { Key } from "./hash.ts";

/** Root of the keys that tell the draws of one step apart. */
const DRAWS: Key = [0x13198a2e, 0x03707344];

export class GraphRandom {
  /** uint32 [3]: key and step. */
  readonly state: Parameter;
  private readonly draws = new DrawCounter();

  constructor(key: Key, { name = "random" }: { readonly name?: string } = {}) {
    this.state = new Parameter([3], hostArray(Uint32Array.of(...key, 0), [3]), { trainable: false, name });
  }

  /** Source for a seed and a path of labels: `GraphRandom.of(7, "dropout")`. */
  static of(seed: number, ...labels: (number | string)[]): GraphRandom {
    return new GraphRandom(labels.reduce<Key>((key, label) => foldIn(key, label), keyFromSeed(seed)));
  }

  /** Makes the next run of the compiled function draw anew. Call it once in a training step. */
  advance(): void {
    this.state.assign(add(this.state, tensor(hostArray(Uint32Array.of(0, 0, 1), [3]))));
  }

  /** uint32, all 32 bits random; what all other draws are made of. */
  bits(shape: Shape): Tensor {
    const [stepKey0, stepKey1] = foldInWord([select(this.state, 0, 0), select(this.state, 0, 1)], select(this.state, 0, 2));
    // The key of the step is hashed; draws of the step then differ by hashed constants, one operation for each word.
    const [draw0, draw1] = foldIn(DRAWS, this.draws.take());
    return randomWords([add(stepKey0, draw0), bitwiseXor(stepKey1, draw1)], shape);
  }

  /** float32 in [0, 1), multiples of 2^-24. */
  uniform(shape: Shape): Tensor {
    return mul(cast(shiftRight(this.bits(shape), 8), "float32"), 2 ** -24);
  }

  /** Standard normal deviates, two from each pair of words by the Box-Muller transform. */
  normal(shape: Shape): Tensor {
    const size = sizeOf(shape);
    const half = Math.ceil(size / 2);
    const radius = sqrt(mul(log(this.openUniform([half])), -2));
    const angle = mul(this.uniform([half]), 2 * Math.PI);
    return reshape(sliceAxis(concat([mul(radius, cos(angle)), mul(radius, sin(angle))]), 0, 0, size), shape);
  }

  /** bool, true with the given probability (a multiple of 2^-32). */
  bernoulli(probability: number, shape: Shape): Tensor {
    if (!(probability >= 0 && probability <= 1)) throw new RangeError(`bernoulli: expected a probability from 0 to 1, got ${probability}`);
    const threshold = Math.round(probability * 2 ** 32);
    return threshold === 2 ** 32 ? ones(shape, "bool") : less(this.bits(shape), threshold);
  }

  /** Standard Gumbel deviates, -log(-log u). */
  gumbel(shape: Shape): Tensor {
    return neg(log(neg(log(this.openUniform(shape)))));
  }

  /** int32 class ids with probabilities softmax(logits) along an axis, which disappears (Gumbel-max). */
  categorical(logits: Tensor, axis = -1): Tensor {
    return argMax(add(logits, this.gumbel(logits.shape)), axis);
  }

  /** int32 random order of 0..n-1. */
  permutation(n: number): Tensor {
    return argSort(cast(this.bits([n]), "int32"));
  }

  /** float32 in (0, 1): odd multiples of 2^-24, so that logarithms of it and of 1 minus it are finite. */
  private openUniform(shape: Shape): Tensor {
    return mul(add(cast(shiftRight(this.bits(shape), 9), "float32"), 0.5), 2 ** -23);
  }
}
