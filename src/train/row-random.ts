/**
 * In-graph random numbers that belong to examples: what example i draws does not depend on how a batch is cut into parts,
 * so that a part repeated alone draws what it drew within the whole.
 */
import { add, arange, bitwiseXor, cos, gather, less, log, mul, ones, reshape, shiftRight, sqrt } from "../engine/index.ts";
import type { GraphRandom, Shape, Tensor } from "../engine/index.ts";
import type { RandomSource } from "../nn/index.ts";

export interface RowRandomOptions {
  /** Examples of the whole batch. */
  readonly rows: number;
  /** Where the part begins, int32 of rank 0. */
  readonly start: Tensor;
  /** Examples of the part. */
  readonly count: number;
}

/** Below this many words to an example each is hashed by itself. */
const FEW_WORDS = 64;

export class RowRandom implements RandomSource {
  private readonly random: GraphRandom;
  private readonly rows: number;
  private readonly count: number;
  private readonly places: Tensor;

  constructor(random: GraphRandom, { rows, start, count }: RowRandomOptions) {
    this.random = random;
    this.rows = rows;
    this.count = count;
    this.places = add(arange(count), start);
  }

  /** float32 in [0, 1). */
  uniform(shape: Shape): Tensor {
    return mul(shiftRight(this.bits(shape), 8).cast("float32"), 2 ** -24);
  }

  /** Standard normal deviates by the Box-Muller transform, two words to each. */
  normal(shape: Shape): Tensor {
    const radius = sqrt(mul(log(mul(add(shiftRight(this.bits(shape), 9).cast("float32"), 0.5), 2 ** -23)), -2));
    return mul(radius, cos(mul(this.uniform(shape), 2 * Math.PI)));
  }

  /** bool, true with the given probability. */
  bernoulli(probability: number, shape: Shape): Tensor {
    if (!(probability >= 0 && probability <= 1)) throw new RangeError(`bernoulli: expected a probability from 0 to 1, got ${probability}`);
    const threshold = Math.round(probability * 2 ** 32);
    return threshold === 2 ** 32 ? ones(shape, "bool") : less(this.bits(shape), threshold);
  }

  /**
   * uint32 words: word(i, j, k) = X(i, j) ^ Y(i, k) ^ Z(j, k) for example i, the words of an example laid out as a rectangle
   * j x k. Any seven words are independent.
   */
  private bits(shape: Shape): Tensor {
    const [examples, ...rest] = shape;
    if (examples !== this.count) throw new RangeError(`RowRandom: draws must have one row for each of ${this.count} examples, got shape [${shape.join(", ")}]; keep the example axis first`);
    const words = rest.reduce((product, extent) => product * extent, 1);
    const ofPart = (width: number): Tensor => gather(this.random.bits([this.rows, width]), this.places);
    if (words < FEW_WORDS) return reshape(ofPart(words), shape);
    const k = divisorNear(words, Math.sqrt(words));
    const j = words / k;
    const [x, y, z] = [reshape(ofPart(j), [this.count, j, 1]), reshape(ofPart(k), [this.count, 1, k]), reshape(this.random.bits([j, k]), [1, j, k])];
    return reshape(bitwiseXor(bitwiseXor(x, y), z), shape);
  }
}

/** Largest divisor of n up to a limit. */
function divisorNear(n: number, limit: number): number {
  let divisor = Math.floor(limit);
  while (n % divisor !== 0) divisor--;
  return divisor;
}
