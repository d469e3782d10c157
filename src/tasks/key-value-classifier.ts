/** A classifier that is taught example by example, class by class, without forgetting (arXiv 2207.11240): on vectors of any encoder. */
import { compile, grad, hostArray, RandomStream } from "../engine/index.ts";
import type { Compiled, Device, HostArray, Tensor } from "../engine/index.ts";
import { EVALUATE } from "../nn/index.ts";
import { crossEntropy } from "../objectives/index.ts";
import { decodeSafetensors, encodeSafetensors, Sgd } from "../train/index.ts";
import { sequentialBatches } from "../data/index.ts";
import { takeRows } from "../lab/index.ts";
import { fitKeys, KeyValueBottleneck, LABEL_SMOOTHING } from "../systems/classification/discrete-key-value-bottleneck-model.ts";
import { RequestError } from "./request-error.ts";

export interface KeyValueClassifierOptions {
  /** Random projections, each with keys of its own; default 64. */
  readonly heads?: number;
  /** Keys of a head; default 512, or as many as there are vectors. */
  readonly entries?: number;
  /** Width of a head; default 8. */
  readonly keyWidth?: number;
  /** Passes over the vectors that lay out the keys; default 10. */
  readonly epochs?: number;
  /** Default 1. */
  readonly seed?: number;
  readonly device?: Device;
}

export interface TaughtAnswer {
  readonly label: string;
  /** Logit of each label taught so far. */
  readonly scores: Readonly<Record<string, number>>;
  /** The cell of each head that spoke: its key's number. */
  readonly cells: readonly number[];
}

interface Settings {
  readonly inputs: number;
  readonly heads: number;
  readonly entries: number;
  readonly keyWidth: number;
  readonly seed: number;
}

/** Examples of a step; fewer are filled up with copies that weigh nothing. */
const BATCH = 32;
const LEARNING_RATE = 0.3;

/**
 * Keys are laid out once on vectors without labels; then examples may come at any time, of old labels or new ones. An
 * example changes one cell of each head and leaves all others bit by bit as they were.
 *
 * ```ts
 * const { vectors } = await embed(await loadModel("my-model"), "photos");
 * const memory = await KeyValueClassifier.fitKeys(vectors);
 * ```
 *
 * Then `memory.learn(vectors, "cat")` teaches a class, later ones leave it as it is, and `memory.predict(vectors)` names them.
 */
export class KeyValueClassifier {
  private model: KeyValueBottleneck;
  private readonly known: string[];
  private readonly settings: Settings;
  private readonly device: Device | undefined;
  private step: Compiled<readonly [Tensor, Tensor, Tensor], Tensor> | undefined;
  private answer: Compiled<readonly [Tensor], { readonly logits: Tensor; readonly ids: Tensor }> | undefined;

  private constructor(settings: Settings, labels: readonly string[], device: Device | undefined) {
    this.settings = settings;
    this.known = [...labels];
    this.device = device;
    this.model = this.build(labels.length);
  }

  /** Labels in the order in which they were first taught. */
  get labels(): readonly string[] {
    return this.known;
  }

  /** Lays out the memory on vectors [n, d] without labels, of the same encoder: of your own data, or any other. */
  static async fitKeys(vectors: HostArray, { heads = 64, entries = 512, keyWidth = 8, epochs = 10, seed = 1, device }: KeyValueClassifierOptions = {}): Promise<KeyValueClassifier> {
    const [count, inputs] = requireVectors(vectors, "fitKeys");
    const memory = new KeyValueClassifier({ inputs, heads, entries: Math.min(entries, count), keyWidth, seed }, [], device);
    await fitKeys(memory.model, vectors, { epochs, batch: Math.min(256, count), seed, device });
    return memory;
  }

  /** Teaches examples [n, d]: one label for each, or one for all. Steps of plain gradient descent, `epochs` passes (default 1). */
  async learn(vectors: HostArray, labels: string | readonly string[], { epochs = 1 }: { readonly epochs?: number } = {}): Promise<void> {
    const [count, inputs] = requireVectors(vectors, "learn");
    this.requireWidth(inputs, "learn");
    const own = typeof labels === "string" ? new Array<string>(count).fill(labels) : labels;
    if (own.length !== count) throw new RequestError(`learn: ${count} vectors need as many labels, got ${own.length}`);
    await this.addLabels(own.filter((label, i) => !this.known.includes(label) && own.indexOf(label) === i));
    this.step ??= compile((x: Tensor, y: Tensor, weights: Tensor) => {
      const optimizer = new Sgd(this.model, { learningRate: LEARNING_RATE });
      const { loss } = crossEntropy(this.model.forward(x, { train: true }), y, { smoothing: LABEL_SMOOTHING, weights });
      optimizer.apply(grad(loss, optimizer.targets));
      return loss;
    }, { device: this.device, name: "learn" });
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const { indices, valid } of sequentialBatches(Int32Array.from({ length: count }, (_, i) => i), BATCH)) {
        const y = indices.map((i) => this.known.indexOf(own[i] as string));
        await this.step(takeRows(vectors, indices), hostArray(y, [BATCH]), hostArray(Float32Array.from(indices, (_, row) => Number(row < valid)), [BATCH]));
      }
    }
  }

  /** The label of each vector among those taught so far. Heads speak by the nearest key that an example has used. */
  async predict(vectors: HostArray): Promise<TaughtAnswer[]> {
    const [count, inputs] = requireVectors(vectors, "predict");
    this.requireWidth(inputs, "predict");
    if (this.known.length === 0) throw new RequestError("predict: nothing was taught yet; call learn first");
    this.answer ??= compile((x: Tensor) => {
      const ids = this.model.codes(x, { known: true });
      return { logits: this.model.read(ids, EVALUATE), ids };
    }, { device: this.device, name: "predict" });
    const answers: TaughtAnswer[] = [];
    for (const { indices, valid } of sequentialBatches(Int32Array.from({ length: count }, (_, i) => i), BATCH)) {
      const { logits, ids } = await this.answer(takeRows(vectors, indices));
      for (let row = 0; row < valid; row++) {
        const scores = this.known.map((label, k) => [label, Number(logits.data[row * this.known.length + k])] as const);
        const [label] = scores.reduce((best, next) => (next[1] > best[1] ? next : best));
        answers.push({ label, scores: Object.fromEntries(scores), cells: Array.from(ids.data.subarray(row * this.settings.heads, (row + 1) * this.settings.heads), Number) });
      }
    }
    return answers;
  }

  /** What a cell of a head holds: the logit of each label, and whether an example has used it. */
  cell(head: number, key: number): { readonly used: boolean; readonly values: Readonly<Record<string, number>> } {
    const { heads, entries } = this.settings;
    if (!(Number.isInteger(head) && head >= 0 && head < heads && Number.isInteger(key) && key >= 0 && key < entries)) throw new RequestError(`cell: expected a head below ${heads} and a key below ${entries}, got ${head} and ${key}`);
    const at = head * entries + key;
    const values = this.known.length === 0 ? new Float32Array(0) : this.model.values.value().data;
    return { used: Number(this.model.touched.value().data[at]) > 0, values: Object.fromEntries(this.known.map((label, k) => [label, Number(values[at * this.known.length + k])])) };
  }

  /** The memory as a safetensors file. */
  save(): Uint8Array<ArrayBuffer> {
    return encodeSafetensors(this.model.stateDict(), { metadata: { format: FORMAT, labels: JSON.stringify(this.known), settings: JSON.stringify(this.settings) } });
  }

  /** Reads what `save` wrote. Throws when it is something else, or damaged. */
  static load(bytes: Uint8Array, { device }: { readonly device?: Device } = {}): KeyValueClassifier {
    const { tensors, metadata } = decodeSafetensors(bytes, "key-value classifier");
    if (metadata["format"] !== FORMAT) throw new RequestError(`load: expected a file of ${FORMAT}, got ${metadata["format"] ?? "one without a format"}`);
    const memory = new KeyValueClassifier(JSON.parse(metadata["settings"] ?? "") as Settings, JSON.parse(metadata["labels"] ?? "") as string[], device);
    memory.model.loadStateDict(tensors);
    return memory;
  }

  /** Frees the sessions. The memory can be used again and opens others. */
  async release(): Promise<void> {
    await this.step?.release();
    await this.answer?.release();
    [this.step, this.answer] = [undefined, undefined];
  }

  private build(classes: number): KeyValueBottleneck {
    // Values have a width before the first label too; it is replaced when that comes.
    return new KeyValueBottleneck({ ...this.settings, random: RandomStream.of(this.settings.seed, "memory"), classes: Math.max(1, classes) });
  }

  /** Gives every cell a place for new labels, zero at first: what is stored stays. */
  private async addLabels(labels: readonly string[]): Promise<void> {
    if (labels.length === 0) return;
    const before = this.model;
    const width = this.known.length;
    this.known.push(...labels);
    const state = before.stateDict();
    const cells = this.settings.heads * this.settings.entries;
    const values = new Float32Array(cells * this.known.length);
    const old = before.values.value().data as Float32Array;
    for (let cell = 0; cell < cells; cell++) values.set(old.subarray(cell * width, (cell + 1) * width), cell * this.known.length);
    state.set("values", hostArray(values, [this.settings.heads, this.settings.entries, this.known.length]));
    this.model = this.build(this.known.length);
    this.model.loadStateDict(state);
    await this.release(); // their programs hold the parameters of before
  }

  private requireWidth(inputs: number, where: string): void {
    if (inputs !== this.settings.inputs) throw new RequestError(`${where}: the memory was laid out for vectors of ${this.settings.inputs} numbers, got ${inputs}; use the same encoder`);
  }
}

const FORMAT = "reprise-key-value-classifier-1";

function requireVectors({ shape, dtype }: HostArray, where: string): readonly [number, number] {
  const [count, width] = shape;
  if (shape.length !== 2 || dtype !== "float32" || count === undefined || width === undefined || count === 0) throw new RequestError(`${where}: expected float32 vectors [n, d] with n above 0, got ${dtype} [${shape.join(", ")}]`);
  return [count, width];
}
