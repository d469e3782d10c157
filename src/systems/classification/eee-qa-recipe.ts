/** EEE-QA on users' own questions: all choices in one row behind the question, whose mean and theirs are scored, with a graph around each where there are relations. */
import { concat, cumSum, hostArray, tensor } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { defineRanker } from "../../lab/index.ts";
import type { RelationReader } from "../../lab/index.ts";
import type { TokenRows } from "../../lab/text/index.ts";
import { GRAPH, GraphReasoner, subgraphBatch, subgraphOf } from "./eee-qa-graph.ts";
import type { Subgraph, Subgraphs } from "./eee-qa-graph.ts";
import { RelationGraph } from "./eee-qa-relations.ts";
import { ChoiceScorer } from "./eee-qa-model.ts";
import type { RowLayout } from "./eee-qa-model.ts";

/** Tokens before the last one of each row, which ends a text; int32 [B, L]. */
function beforeLast(valid: Tensor): Tensor {
  const real = valid.cast("int32");
  return real.mul(concat([real.sliceAxis(1, 1, real.dim(1)), real.sliceAxis(1, 0, 1).mul(0)], 1));
}

/** Questions [B, Lq] and C choices of each [B * C, L] as rows [B, Lq + C L]. Positions are counted over real tokens, so that padding in between changes nothing. */
export function rowsOfChoices(question: TokenRows, choices: TokenRows): { readonly rows: TokenRows; readonly layout: RowLayout } {
  const [batch, asked] = question.ids.shape as [number, number];
  const length = choices.ids.dim(1);
  const total = asked + (choices.ids.dim(0) / batch) * length;
  const joined = (part: (rows: TokenRows) => Tensor): Tensor => concat([part(question), part(choices).reshape([batch, total - asked])], 1);
  const valid = joined((rows) => rows.valid);
  const inside = beforeLast(question.valid);
  const content = concat([inside.sliceAxis(1, 0, 1).mul(0), inside.sliceAxis(1, 1, asked), beforeLast(choices.valid).reshape([batch, total - asked])], 1).greater(0);
  const part = tensor(hostArray(Int32Array.from({ length: total }, (_, i) => (i < asked ? 0 : 1 + Math.floor((i - asked) / length))), [1, total]));
  const positionIds = cumSum(valid.cast("int32"), 1, { exclusive: true });
  return { rows: { ids: joined((rows) => rows.ids), segments: joined((rows) => rows.segments), valid }, layout: { part, content, positionIds } };
}

export const ranker = defineRanker<ChoiceScorer>({
  version: 1,
  summary: "multiple-choice questions, all choices read in one row",
  data: "choices",
  candidates: "rest",
  inRow: true,
  most: 64,
  build({ encoder, width, random, relations }) {
    const graph = relations === null ? undefined : new GraphReasoner({ random: random.child("graph"), inputs: width, relations });
    return new ChoiceScorer({ random, encoder, width, depth: encoder.encoder.order.length, choices: 2, pooling: "mean", graph });
  },
  relations(relations, tokenizer, kinds): RelationReader<Subgraph> {
    const known = new RelationGraph(relations, kinds);
    return {
      kinds: known.kinds,
      around: (question, choice) => subgraphOf(question, choice, known.around(question, choice), GRAPH, known.kinds),
      rows: (graphs, count) => subgraphBatch(tokenizer, Array.from({ length: count }, (_, i) => graphs[i] ?? { concepts: [], edges: [] }), GRAPH),
    };
  },
  scores(module, query, candidates, mode, graphs) {
    const { rows, layout } = rowsOfChoices(query, candidates);
    return module.forward(rows, mode, { choices: candidates.ids.dim(0) / query.ids.dim(0), layout, ...(module.graph === null ? {} : { graphs: graphs as unknown as Subgraphs }) });
  },
});
