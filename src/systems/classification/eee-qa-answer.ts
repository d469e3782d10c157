/** What users of EEE-QA call: train on questions with choices, then ask. */
import { compile, RandomStream } from "../../engine/index.ts";
import type { Compiled, Device, HostArray, Tensor } from "../../engine/index.ts";
import { shuffledBatches } from "../../data/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import { crossEntropy } from "../../objectives/index.ts";
import { AdamW, schedules, Trainer } from "../../train/index.ts";
import type { TokenRows, TrainedBert, WordEdge } from "../../lab/text/index.ts";
import { GRAPH, GraphReasoner, subgraphBatch, subgraphOf } from "./eee-qa-graph.ts";
import type { SubgraphBatch, Subgraphs } from "./eee-qa-graph.ts";
import { kindsOf, RelationGraph } from "./eee-qa-relations.ts";
import { ChoiceScorer } from "./eee-qa-model.ts";
import type { QuestionPooling } from "./eee-qa-model.ts";
import { choiceBatch, choiceTokens, rowLength, separatorOf } from "./eee-qa-rows.ts";
import type { ChoiceBatch, ChoiceLengths } from "./eee-qa-rows.ts";
import { scoresOf } from "./eee-qa-throughput.ts";
import type { QuestionTensors } from "./eee-qa-throughput.ts";

/** A question to learn from. */
export interface ChoiceExample {
  readonly question: string;
  readonly choices: readonly string[];
  /** Place of the right choice. */
  readonly answer: number;
  /** What is known around each choice; for all examples or none. Default what the graph of the training has there. */
  readonly edges?: readonly (readonly WordEdge[])[];
}

export interface FitOptions {
  readonly steps: number;
  readonly batch?: number;
  readonly learningRate?: number;
  readonly pooling?: QuestionPooling;
  readonly lengths?: ChoiceLengths;
  readonly seed?: number;
  /** Relations between concepts, of at most 64 kinds: each choice is read with what is known around it and the question. */
  readonly graph?: readonly WordEdge[];
  readonly device?: Device;
  readonly signal?: AbortSignal;
}

export interface Answer {
  /** Place of the chosen among the choices. */
  readonly index: number;
  readonly choice: string;
  /** Of each choice; they add up to 1. */
  readonly probabilities: readonly number[];
}

/** Answers questions in one pass each, whatever the number of choices. `release` frees what was compiled. */
export class Answerer {
  readonly model: ChoiceScorer;
  private readonly tokenizer: Tokenizer;
  private readonly lengths: ChoiceLengths;
  private readonly device: Device | undefined;
  private readonly relations: RelationGraph | undefined;
  private readonly programs = new Map<number, Compiled<[TokenRows & Partial<Subgraphs>], Tensor>>();

  constructor(model: ChoiceScorer, tokenizer: Tokenizer, lengths: ChoiceLengths, { device, relations }: { readonly device?: Device; readonly relations?: RelationGraph } = {}) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.lengths = lengths;
    this.device = device;
    this.relations = relations;
  }

  /**
   * The most probable of the choices. `edges` of each choice are read by a model that was trained with some; default those of its graph.
   *
   * ```ts
   * const { choice, probabilities } = await answerer.answer("Which word means: a small dog?", ["poodle", "whale"]);
   * ```
   */
  async answer(question: string, choices: readonly string[], edges?: readonly (readonly WordEdge[])[]): Promise<Answer> {
    if (choices.length < 2) throw new RangeError(`answer: expected at least two choices, got ${choices.length}`);
    const { ids, segments, valid } = batchOf(this.tokenizer, [{ question, choices, answer: 0, edges }], this.lengths);
    const graphs = this.model.graph === null ? {} : graphsOf(this.tokenizer, [withEdges({ question, choices, edges }, this.relations)], this.model.graph.relations);
    const logits = Array.from((await this.program(choices.length)({ ids, segments, valid, ...graphs })).data, Number);
    const largest = Math.max(...logits);
    const powers = logits.map((logit) => Math.exp(logit - largest));
    const total = powers.reduce((sum, power) => sum + power, 0);
    const index = logits.indexOf(largest);
    return { index, choice: choices[index] as string, probabilities: powers.map((power) => power / total) };
  }

  async release(): Promise<void> {
    const programs = [...this.programs.values()];
    this.programs.clear();
    for (const program of programs) await program.release();
  }

  /** Shapes do not tell the number of choices, so each number has a program. */
  private program(choices: number): Compiled<[TokenRows & Partial<Subgraphs>], Tensor> {
    const known = this.programs.get(choices) ?? compile((rows: TokenRows & Partial<Subgraphs>) => this.model.forward(rows, EVALUATE, { choices, ...(this.model.graph === null ? {} : { graphs: rows as unknown as Subgraphs }) }), { device: this.device, name: "answer" });
    this.programs.set(choices, known);
    return known;
  }
}

/** An example with the edges around its choices, where it has none of its own. */
function withEdges<E extends Pick<ChoiceExample, "question" | "choices" | "edges">>(example: E, relations: RelationGraph | undefined): E {
  return relations === undefined || example.edges !== undefined ? example : { ...example, edges: example.choices.map((choice) => relations.around(example.question, choice)) };
}

const batchOf = (tokenizer: Tokenizer, examples: readonly ChoiceExample[], lengths: ChoiceLengths): ChoiceBatch =>
  choiceBatch(tokenizer, examples.map(({ question, choices, answer }) => choiceTokens(tokenizer, { context: question, candidates: choices, answer }, lengths)), "joint", rowLength(lengths, examples[0]?.choices.length ?? 0, "joint"));

const graphsOf = (tokenizer: Tokenizer, examples: readonly Pick<ChoiceExample, "question" | "choices" | "edges">[], relations: readonly string[]): SubgraphBatch =>
  subgraphBatch(tokenizer, examples.flatMap(({ question, choices, edges }) => choices.map((choice, i) => subgraphOf(question, choice, edges?.[i] ?? [], GRAPH, relations))), GRAPH);

/** Trains a BERT's encoder in place to answer; all examples have equally many choices, which are shuffled anew each time. */
export async function fitAnswerer({ model: { encoder }, sizes: { width, depth }, tokenizer }: TrainedBert, given: readonly ChoiceExample[], { graph: known, steps, batch = 16, learningRate = 3e-4, pooling = "mean", lengths = { question: 32, choice: 6 }, seed = 1, device, signal }: FitOptions): Promise<Answerer> {
  const relations = known === undefined ? undefined : new RelationGraph(known);
  const examples = given.map((example) => withEdges(example, relations));
  const choices = examples[0]?.choices.length ?? 0;
  examples.forEach(({ choices: own, answer }, i) => {
    if (own.length !== choices || own.length < 2 || !(answer in own)) throw new RangeError(`fitAnswerer: example ${i}: expected ${Math.max(2, choices)} choices as the first has and the place of the right one, got ${own.length} and ${answer}`);
  });
  const random = RandomStream.of(seed, "eee-qa");
  const withGraph = examples.some(({ edges }) => edges !== undefined);
  const kinds = relations?.kinds ?? kindsOf(examples.flatMap(({ edges = [] }) => edges.flat()));
  const graph = withGraph ? new GraphReasoner({ random: random.child("graph"), inputs: width, relations: kinds }) : undefined;
  const model = new ChoiceScorer({ random, encoder, width, depth, separator: separatorOf(tokenizer), choices, pooling, graph });
  const data = shuffledBatches<Record<string, HostArray> & ChoiceBatch>({ indices: Int32Array.from(examples.keys()), batchSize: Math.min(batch, examples.length), seed }, ({ epoch, indices }) => {
    const chosen = Array.from(indices, (place) => shuffled(examples[place] as ChoiceExample, RandomStream.of(seed, "choices", epoch, place).permutation(choices)));
    return { ...batchOf(tokenizer, chosen, lengths), ...(withGraph ? graphsOf(tokenizer, chosen, kinds) : {}) };
  });
  const trainer = new Trainer({
    model, data, steps, seed, device, signal, clip: 1, unused: "zero",
    optimizer: new AdamW(model, { learningRate, weightDecay: 0.01, schedule: schedules.linear({ warmup: Math.ceil(steps / 10), steps }) }),
    loss: (tensors, mode: Mode) => ({ ...crossEntropy(scoresOf(model, tensors as unknown as QuestionTensors, mode), tensors["answers"] as Tensor) }),
  });
  try {
    const { reason, message } = await trainer.run();
    signal?.throwIfAborted();
    if (reason !== "finished") throw new Error(`fitAnswerer: ${message ?? reason}`);
  } finally {
    await trainer.release();
    await data.close();
  }
  return new Answerer(model, tokenizer, lengths, { device, relations });
}

const shuffled = ({ question, choices, answer, edges }: ChoiceExample, order: Int32Array): ChoiceExample => ({
  question,
  choices: Array.from(order, (place) => choices[place] as string),
  answer: order.indexOf(answer),
  ...(edges === undefined ? {} : { edges: Array.from(order, (place) => edges[place] ?? []) }),
});
