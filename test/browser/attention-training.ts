/** A small attention model trained by Adam, all inside one compiled step: the same program for every device under test. */
import { add, compile, gather, gelu, grad, hostArray, layerNorm, linear, matmul, mul, Parameter, softmax, softmaxCrossEntropy } from "../../src/engine/index.ts";
import type { CompileOptions, HostArray, Tensor } from "../../src/engine/index.ts";

export interface Trajectory {
  readonly losses: readonly number[];
  /** All parameters after the last step, one after another. */
  readonly parameters: readonly number[];
}

export interface TrajectoryOptions extends CompileOptions {
  readonly steps: number;
}

const BATCH = 4;
const LENGTH = 8;
const VOCABULARY = 16;
const WIDTH = 16;
const HEADS = 2;

const noise = (shape: readonly number[], seed: number, scale: number): HostArray => {
  const size = shape.reduce((a, b) => a * b, 1);
  return hostArray(Float32Array.from({ length: size }, (_, i) => scale * Math.sin(seed * 12.9898 + i * 78.233)), shape);
};

export interface AttentionTraining {
  /** One step of Adam on the batch of that number; resolves to the loss. */
  step(number: number): Promise<number>;
  readonly weights: readonly Parameter[];
  release(): Promise<void>;
}

/** A model that learns to predict tokens a known distance away, and its compiled training step. */
export function attentionTraining(options: CompileOptions): AttentionTraining {
  const weights: Parameter[] = [];
  const weight = (shape: readonly number[], scale = 0.3): Parameter => {
    const parameter = new Parameter(shape, noise(shape, weights.length + 1, scale), { name: `weight${weights.length}` });
    weights.push(parameter);
    return parameter;
  };
  const embedding = weight([VOCABULARY, WIDTH]);
  const qkv = weight([3 * WIDTH, WIDTH]);
  const merge = weight([WIDTH, WIDTH]);
  const [scale, shift] = [weight([WIDTH], 1), weight([WIDTH], 0.1)];
  const [up, upBias, down, downBias] = [weight([2 * WIDTH, WIDTH]), weight([2 * WIDTH]), weight([WIDTH, 2 * WIDTH]), weight([WIDTH])];
  const head = weight([VOCABULARY, WIDTH]);

  const model = (ids: Tensor): Tensor => {
    const x = gather(embedding, ids); // [B, L, D]
    const heads = linear(layerNorm(x, scale, shift), qkv).reshape([BATCH, LENGTH, 3, HEADS, WIDTH / HEADS]).transpose([2, 0, 3, 1, 4]);
    const [q, k, v] = [0, 1, 2].map((i) => heads.select(0, i)) as [Tensor, Tensor, Tensor]; // [B, H, L, D/H]
    const attended = matmul(softmax(matmul(q, k, { transB: true, alpha: (WIDTH / HEADS) ** -0.5 })), v);
    const mixed = add(x, linear(attended.transpose([0, 2, 1, 3]).reshape([BATCH, LENGTH, WIDTH]), merge));
    return linear(add(mixed, linear(gelu(linear(layerNorm(mixed), up, upBias)), down, downBias)), head).reshape([BATCH * LENGTH, VOCABULARY]);
  };

  const zeros = (parameter: Parameter): Parameter => new Parameter(parameter.shape, (shape) => new Float32Array(shape.reduce((a, b) => a * b, 1)), { trainable: false });
  const moments = weights.map((parameter) => [zeros(parameter), zeros(parameter)] as const);
  const count = new Parameter([], hostArray(Float32Array.of(0), []), { trainable: false });

  const step = compile((ids: Tensor, targets: Tensor) => {
    const loss = softmaxCrossEntropy(model(ids), targets.reshape([BATCH * LENGTH])).mean();
    const gradients = grad(loss, weights);
    const t = count.add(1);
    count.assign(t);
    const correction = (beta: number): Tensor => t.mul(Math.log(beta)).exp().neg().add(1);
    weights.forEach((parameter, i) => {
      const [m, v] = moments[i] as readonly [Parameter, Parameter];
      const g = gradients[i] as Tensor;
      const first = add(mul(m, 0.9), mul(g, 0.1));
      const second = add(mul(v, 0.999), mul(g.square(), 0.001));
      m.assign(first);
      v.assign(second);
      parameter.assign(parameter.sub(first.div(correction(0.9)).div(second.div(correction(0.999)).sqrt().add(1e-6)).mul(0.01)));
    });
    return { loss };
  }, options);

  return {
    weights,
    async step(number) {
      const ids = Int32Array.from({ length: BATCH * LENGTH }, (_, j) => (j * 7 + number * 3 + Math.floor(j / 5)) % VOCABULARY);
      const targets = ids.map((id, j) => (id + (j % LENGTH)) % VOCABULARY);
      return (await step(hostArray(ids, [BATCH, LENGTH]), hostArray(targets, [BATCH, LENGTH]))).loss.item();
    },
    release: () => step.release(),
  };
}

/** Trains for some steps and reports what happened. */
export async function trainAttention({ steps, ...options }: TrajectoryOptions): Promise<Trajectory> {
  const training = attentionTraining(options);
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push(await training.step(i));
  const parameters = training.weights.flatMap((parameter) => Array.from(parameter.value().data as Float32Array));
  await training.release();
  return { losses, parameters };
}
