/** A trained model in memory: what `pretrain` and `loadModel` give and all other verbs take. */
import { compile, hostArray } from "../engine/index.ts";
import type { Compiled, CostReport, Device, Hosted, HostArray, Tensor } from "../engine/index.ts";
import type { Module } from "../nn/index.ts";
import type { HiddenPatches, Recipe, System, TrainingSettings } from "../lab/index.ts";
import { requireVerb } from "./find-system.ts";
import type { ModelConfig } from "./model-config.ts";

/** What an answer cost. */
export interface Cost {
  readonly seconds: number;
  /** Floating-point operations of matrix products and convolutions, counted from the graph. */
  readonly flops: number;
}

/** What a graph gave, and what it cost. */
export interface Answer {
  readonly output: HostArray;
  readonly cost: Cost;
}

/** Inputs of each verb's graph. */
interface VerbInputs {
  readonly embed: { readonly inputs: Tensor };
  readonly reconstruct: HiddenPatches;
  readonly complete: HiddenPatches & { readonly other: Tensor };
  readonly predict: { readonly images: Tensor };
  readonly jigsaw: { readonly images: Tensor };
}

/** Verbs that are one graph of tensors; the others are made of these. */
type GraphVerb = keyof VerbInputs;

export type VerbProgram<V extends GraphVerb> = Compiled<readonly [VerbInputs[V]], Tensor>;

export interface TrainedModelOptions {
  readonly system: System;
  readonly recipe: Recipe;
  readonly settings: TrainingSettings;
  readonly module: Module;
  readonly config: ModelConfig;
  readonly device?: Device;
}

/** Graphs are compiled at a verb's first use and kept; `release` frees them. */
export class TrainedModel {
  readonly system: System;
  readonly recipe: Recipe;
  readonly settings: TrainingSettings;
  readonly module: Module;
  readonly config: ModelConfig;
  readonly device: Device | undefined;
  private readonly programs = new Map<GraphVerb, VerbProgram<GraphVerb>>();

  constructor({ system, recipe, settings, module, config, device }: TrainedModelOptions) {
    this.system = system;
    this.recipe = recipe;
    this.settings = settings;
    this.module = module;
    this.config = config;
    this.device = device;
  }

  /** Shape of one input without the batch. */
  get inputShape(): readonly number[] {
    return this.recipe.input(this.settings);
  }

  /** The graph of a verb as a function of tensors. Throws a `RequestError` when the system does not have it. */
  graph<V extends GraphVerb>(verb: V): (inputs: VerbInputs[V]) => Tensor {
    requireVerb(this, verb);
    const { verbs } = this.recipe;
    const graphs: { readonly [W in GraphVerb]: (inputs: VerbInputs[W]) => Tensor } = {
      embed: ({ inputs }) => (verbs.embed as NonNullable<typeof verbs.embed>)(this.module, inputs),
      reconstruct: (hidden) => (verbs.reconstruct as NonNullable<typeof verbs.reconstruct>).fill(this.module, hidden),
      complete: (hidden) => (verbs.complete as NonNullable<typeof verbs.complete>).fill(this.module, hidden),
      predict: ({ images }) => (verbs.predict as NonNullable<typeof verbs.predict>).maps(this.module, images, this.settings),
      jigsaw: ({ images }) => (verbs.jigsaw as NonNullable<typeof verbs.jigsaw>).costs(this.module, images),
    };
    return graphs[verb];
  }

  /** The compiled graph of a verb. */
  program<V extends GraphVerb>(verb: V): VerbProgram<V> {
    const known = this.programs.get(verb);
    if (known !== undefined) return known as unknown as VerbProgram<V>;
    const program = compile(this.graph(verb), { device: this.device, name: `${this.system.slug} ${verb}` });
    this.programs.set(verb, program as unknown as VerbProgram<GraphVerb>);
    return program;
  }

  /** Asks the graph of a verb once. */
  async answer<V extends GraphVerb>(verb: V, inputs: Hosted<VerbInputs[V]>): Promise<Answer> {
    const program = this.program(verb);
    const began = performance.now();
    const output = await program(inputs);
    return { output, cost: { seconds: (performance.now() - began) / 1000, flops: program.explain(inputs).flops.products } };
  }

  /** Cost of one input of `embed`. */
  embedCost(): CostReport {
    const shape = [1, ...this.inputShape];
    const blank: HostArray = hostArray(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
    return this.program("embed").explain({ inputs: blank });
  }

  /** Frees the compiled graphs. The model can be used again and compiles anew. */
  async release(): Promise<void> {
    for (const program of this.programs.values()) await program.release();
    this.programs.clear();
  }
}
