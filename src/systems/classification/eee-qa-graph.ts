/**
 * The knowledge graph beside the text: for each choice the concepts around it, those that the question names marked, and
 * the question itself as a node (after QA-GNN, arXiv 2104.06378). Two rounds of typed messages, then the mean of the nodes.
 */
import { gather, hostArray, stopGradient } from "../../engine/index.ts";
import type { HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import { normalisedWords } from "../../data/dedupe.ts";
import type { Batch, Tokenizer } from "../../data/index.ts";
import { Embedding, Linear, MessagePassing, Module, weightedPool } from "../../nn/index.ts";
import type { WordEdge } from "../../lab/text/index.ts";

export interface GraphSizes {
  /** Nodes of a graph, the question among them. */
  readonly nodes: number;
  /** Edges of a graph, both ways counted. */
  readonly edges: number;
  /** Tokens of a concept's name. */
  readonly name: number;
}

/** Of users' graphs, as in the laboratory. */
export const GRAPH: GraphSizes = { nodes: 12, edges: 48, name: 4 };

/** What a node is. */
const KINDS = { question: 0, choice: 1, named: 2, other: 3 } as const;

/** Kinds of relations in the laboratory, which are WordNet's between nouns. */
export const RELATIONS: readonly string[] = ["is a", "is part of", "has part"];

/** Types of edges for kinds of relations: each has its own way back, and the question is tied to the choice and to what it names. */
const edgeTypes = (relations: readonly string[]): { readonly asks: number; readonly askedBy: number; readonly count: number } => ({ asks: 2 * relations.length, askedBy: 2 * relations.length + 1, count: 2 * relations.length + 2 });

export interface Subgraph {
  /** Concepts, the choice first; node i + 1 of the graph, for node 0 is the question. */
  readonly concepts: readonly { readonly name: string; readonly kind: (typeof KINDS)[keyof typeof KINDS] }[];
  /** [from, to, type] */
  readonly edges: readonly (readonly [from: number, to: number, type: number])[];
}

/** The graph of one choice from the edges around it. Concepts that the question names come first when there are too many. Edges of other kinds than `relations` are left out. */
export function subgraphOf(question: string, choice: string, around: readonly WordEdge[], { nodes, edges: most }: Pick<GraphSizes, "nodes" | "edges">, relations: readonly string[] = RELATIONS): Subgraph {
  const { asks, askedBy } = edgeTypes(relations);
  const asked = ` ${normalisedWords(question).join(" ")} `;
  const isNamed = (name: string): boolean => name !== choice && asked.includes(` ${normalisedWords(name).join(" ")} `);
  const found = [...new Set(around.flatMap(({ from, to }) => [from, to]))].filter((name) => name !== choice && normalisedWords(name).length > 0);
  const kept = [choice, ...[...found.filter(isNamed), ...found.filter((name) => !isNamed(name))].slice(0, Math.max(0, nodes - 2))];
  const place = new Map(kept.map((name, i) => [name, i + 1]));
  const edges: [number, number, number][] = [];
  kept.forEach((name, i) => {
    if (i === 0 || isNamed(name)) edges.push([0, i + 1, asks], [i + 1, 0, askedBy]);
  });
  const known = new Set<string>();
  for (const { from, relation, to } of around) {
    const [a, b, type] = [place.get(from), place.get(to), relations.indexOf(relation)];
    const key = `${from}\0${relation}\0${to}`;
    if (a === undefined || b === undefined || type < 0 || known.has(key)) continue;
    known.add(key);
    edges.push([a, b, type], [b, a, type + relations.length]);
  }
  return { concepts: kept.map((name, i) => ({ name, kind: i === 0 ? KINDS.choice : isNamed(name) ? KINDS.named : KINDS.other })), edges: edges.slice(0, most) };
}

/** Graphs side by side, [G, ..]; what only fills up has weight 0. */
export interface SubgraphBatch extends Batch {
  /** int32 [G, N, T], tokens of the nodes' names; node 0 has none. */
  readonly nodeTokens: HostArray;
  /** float32 [G, N, T]: 1 / number of tokens. */
  readonly nodeShares: HostArray;
  /** int32 [G, N] */
  readonly nodeKinds: HostArray;
  /** float32 [G, N]: 1 where there is a node. */
  readonly nodeWeights: HostArray;
  /** int32 [G, E] */
  readonly edgeFrom: HostArray;
  readonly edgeTo: HostArray;
  readonly edgeTypes: HostArray;
  /** float32 [G, E] */
  readonly edgeWeights: HostArray;
}

export type Subgraphs = { readonly [K in "nodeTokens" | "nodeShares" | "nodeKinds" | "nodeWeights" | "edgeFrom" | "edgeTo" | "edgeTypes" | "edgeWeights"]: Tensor };

export function subgraphBatch(tokenizer: Pick<Tokenizer, "encode">, graphs: readonly Subgraph[], { nodes, edges, name: longest }: GraphSizes): SubgraphBatch {
  const count = graphs.length;
  const [tokens, shares] = [new Int32Array(count * nodes * longest), new Float32Array(count * nodes * longest)];
  const [kinds, weights] = [new Int32Array(count * nodes).fill(KINDS.other), new Float32Array(count * nodes)];
  const [from, to, types, present] = [new Int32Array(count * edges), new Int32Array(count * edges), new Int32Array(count * edges), new Float32Array(count * edges)];
  graphs.forEach(({ concepts, edges: own }, g) => {
    kinds[g * nodes] = KINDS.question;
    weights[g * nodes] = 1;
    concepts.forEach(({ name, kind }, i) => {
      const at = g * nodes + i + 1;
      const ids = tokenizer.encode(name).subarray(0, longest);
      tokens.set(ids, at * longest);
      shares.fill(1 / ids.length, at * longest, at * longest + ids.length);
      kinds[at] = kind;
      weights[at] = 1;
    });
    own.forEach(([a, b, type], e) => {
      const at = g * edges + e;
      [from[at], to[at], types[at], present[at]] = [a, b, type, 1];
    });
  });
  const [named, flat, joined] = [[count, nodes, longest], [count, nodes], [count, edges]];
  return {
    nodeTokens: hostArray(tokens, named), nodeShares: hostArray(shares, named), nodeKinds: hostArray(kinds, flat), nodeWeights: hostArray(weights, flat),
    edgeFrom: hostArray(from, joined), edgeTo: hostArray(to, joined), edgeTypes: hostArray(types, joined), edgeWeights: hostArray(present, joined),
  };
}

export class GraphReasoner extends Module {
  readonly concept: Linear;
  readonly question: Linear;
  readonly kind: Embedding;
  readonly rounds: readonly MessagePassing[];
  readonly width: number;
  /** Kinds of relations that it tells apart. */
  readonly relations: readonly string[];

  /** `inputs`: width of word vectors and of the question's vector. */
  constructor({ random, inputs, width = 64, rounds = 2, relations = RELATIONS }: { readonly random: RandomStream; readonly inputs: number; readonly width?: number; readonly rounds?: number; readonly relations?: readonly string[] }) {
    super();
    this.concept = new Linear(inputs, width, { random: random.child("concept"), bias: false });
    this.question = new Linear(inputs, width, { random: random.child("question") });
    this.kind = new Embedding(Object.keys(KINDS).length, width, { random: random.child("kind") });
    this.rounds = Array.from({ length: rounds }, (_, i) => new MessagePassing({ random: random.child("rounds", i), width, types: edgeTypes(relations).count }));
    this.width = width;
    this.relations = relations;
  }

  /** Question vectors [G, d] and word vectors [V, d], which are read as they are and not trained through graphs -> [G, width]. */
  forward(question: Tensor, words: Tensor, { nodeTokens, nodeShares, nodeKinds, nodeWeights, edgeFrom, edgeTo, edgeTypes, edgeWeights }: Subgraphs): Tensor {
    const names = gather(stopGradient(words), nodeTokens).mul(nodeShares.unsqueeze(-1)).sum(2); // [G, N, d]
    const asked = this.question.forward(question).unsqueeze(1).mul(nodeKinds.equal(KINDS.question).cast("float32").unsqueeze(-1)); // at node 0 alone
    const nodes = this.concept.forward(names).add(this.kind.forward(nodeKinds)).add(asked);
    const states = this.rounds.reduce((x, round) => x.add(round.forward(x, { from: edgeFrom, to: edgeTo, types: edgeTypes, weights: edgeWeights }).gelu()), nodes);
    return weightedPool(states, nodeWeights);
  }
}
