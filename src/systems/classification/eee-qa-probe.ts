/** The smallest scorer with everything it may have: one row for all choices, attentive pooling, graphs. */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { bertEncoder } from "../../lab/text/index.ts";
import type { Probe } from "../../lab/index.ts";
import { crossEntropy } from "../../objectives/index.ts";
import { GraphReasoner, subgraphBatch, subgraphOf } from "./eee-qa-graph.ts";
import { ChoiceScorer } from "./eee-qa-model.ts";
import { scoresOf } from "./eee-qa-throughput.ts";
import type { QuestionTensors } from "./eee-qa-throughput.ts";

const SEPARATOR = 2;
const CHOICES = 3;
const QUESTIONS = 4;

export function probeOfChoices(): Probe {
  const random = RandomStream.of(1);
  const sizes = { vocabulary: 30, width: 16, depth: 2, heads: 2, positions: 24 };
  const graph = new GraphReasoner({ random: random.child("graph"), inputs: sizes.width, width: 8 });
  const module = new ChoiceScorer({ random, encoder: bertEncoder({ random, ...sizes }), width: sizes.width, depth: sizes.depth, separator: SEPARATOR, choices: CHOICES, pooling: "attentive", graph, dropout: 0 });
  const draw = RandomStream.of(2);
  const word = (): number => 5 + draw.integer(25);
  const row = (): number[] => [1, word(), word(), word(), SEPARATOR, ...Array.from({ length: CHOICES }, () => [word(), word(), SEPARATOR]).flat()];
  const rows = Array.from({ length: QUESTIONS }, row);
  const length = (rows[0] as number[]).length;
  const graphs = Array.from({ length: QUESTIONS * CHOICES }, (_, i) => subgraphOf(i % 2 === 0 ? "a small dog" : "a part of a wheel", "poodle", [{ from: "poodle", relation: "is a", to: "dog" }, { from: "dog", relation: "has part", to: "tail" }, { from: "tail", relation: "is part of", to: "dog" }], { nodes: 5, edges: 12 }));
  const tokenizer = { encode: (text: string) => Int32Array.from(text, (letter) => 5 + (letter.charCodeAt(0) % 25)) };
  const batch = {
    ids: hostArray(Int32Array.from(rows.flat()), [QUESTIONS, length]),
    segments: hostArray(Int32Array.from(rows.flatMap((ids) => ids.map((_, i) => Number(i > 4)))), [QUESTIONS, length]),
    valid: hostArray(new Uint8Array(QUESTIONS * length).fill(1), [QUESTIONS, length], "bool"),
    answers: hostArray(Int32Array.from({ length: QUESTIONS }, () => draw.integer(CHOICES)), [QUESTIONS]),
    ...subgraphBatch(tokenizer, graphs, { nodes: 5, edges: 12, name: 4 }),
  };
  return { module, batch, loss: (model: unknown, tensors: unknown): Tensor => crossEntropy(scoresOf(model as ChoiceScorer, tensors as QuestionTensors), (tensors as QuestionTensors).answers).loss };
}
