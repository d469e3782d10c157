/** How rankers of responses are judged: the right one among ten, and what it costs to rank many that were encoded before. */
import { compile, hostArray } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { Bm25 } from "../../data/search/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { PairEncoder } from "../../nn/index.ts";
import { extract, measureCost } from "../../lab/index.ts";
import type { RunContext, Table } from "../../lab/index.ts";
import { batchOfRows, scoreRows, sideOf } from "../../lab/text/index.ts";
import type { BiEncoder, ChoiceItem, ChoiceLengths, ChoiceRows } from "../../lab/text/index.ts";
import type { CoAttentionRanker } from "./bert-chatbot-distillation-teacher.ts";

type Where = Pick<RunContext<object>, "device" | "signal">;

const QUESTIONS_AT_ONCE = 16;

/** Scores of all candidates by the co-attention ranker, [n * each]. */
export async function coAttentionScores(model: CoAttentionRanker, { contexts, candidates, answers, each }: ChoiceRows, { query, document }: ChoiceLengths, { device, signal }: Where): Promise<Float32Array> {
  const sides = (side: string, rows: ReturnType<typeof batchOfRows>): Record<string, HostArray> => ({ [`${side}Ids`]: rows.ids, [`${side}Segments`]: rows.segments, [`${side}Valid`]: rows.valid });
  const collate = (questions: Int32Array): Record<string, HostArray> => ({
    ...sides("query", batchOfRows(contexts, questions, query)),
    ...sides("document", batchOfRows(candidates, Array.from(questions).flatMap((question) => Array.from({ length: each }, (_, j) => question * each + j)), document)),
  });
  const score = (batch: Readonly<Record<string, Tensor>>): Tensor => {
    const own = model.encode(sideOf(batch, "query"), EVALUATE);
    const repeat = (x: Tensor): Tensor => x.unsqueeze(1).expand([x.dim(0), each, ...x.shape.slice(1)]).reshape([x.dim(0) * each, ...x.shape.slice(1)]);
    return model.head.forward({ states: repeat(own.states), valid: repeat(own.valid) }, model.encode(sideOf(batch, "document"), EVALUATE)).reshape([own.states.dim(0), each]);
  };
  return (await extract(collate, score, Int32Array.from(answers.keys()), { batchSize: QUESTIONS_AT_ONCE, device, signal })).data as Float32Array;
}

/** Words alone: BM25 over the candidates of a question. */
export function wordScores(items: readonly ChoiceItem[]): Float32Array {
  return Float32Array.from(
    items.flatMap(({ context, candidates }) => {
      const index = new Bm25();
      candidates.forEach((text, place) => index.add(place, text));
      const found = new Map(index.search(context, candidates.length).map(({ id, score }) => [id, score]));
      return candidates.map((_, place) => found.get(place) ?? 0);
    }),
  );
}

/** Candidates in one call, and how many of them are ranked: more are ranked in several calls. */
const [AT_ONCE, MANY] = [100, 1000];

export interface RankingCost {
  /** FLOPs of ranking 1,000 candidates. */
  readonly flops: number;
  readonly table: Table;
}

type Rows = { readonly ids: HostArray; readonly segments: HostArray; readonly valid: HostArray };

const blank = (rows: number, length: number): Rows => ({ ids: hostArray(new Int32Array(rows * length), [rows, length]), segments: hostArray(new Int32Array(rows * length), [rows, length]), valid: hostArray(new Uint8Array(rows * length).fill(1), [rows, length], "bool") });

/** Inner products of one context with vectors that are there already. */
export const dotProductCost = (model: BiEncoder, { query }: ChoiceLengths, width: number, { device }: Where): Promise<RankingCost> =>
  costOf("vectors of the responses kept", async (count) => {
    const run = compile(({ ids, segments, valid }: Record<keyof Rows, Tensor>, vectors: Tensor) => model.encodeQuery({ ids, segments, valid }, EVALUATE).matmul(vectors, { transB: true }), { device, name: "rank by inner product" });
    return finished(run, () => measureCost(run, [blank(1, query), hostArray(new Float32Array(count * width), [count, width])]));
  });

/** Co-attention of one context with responses whose states are there already. */
export const coAttentionCost = (model: CoAttentionRanker, { query, document }: ChoiceLengths, width: number, { device }: Where): Promise<RankingCost> =>
  costOf("states of the responses kept", async (count) => {
    const run = compile(({ ids, segments, valid }: Record<keyof Rows, Tensor>, states: Tensor, real: Tensor) => model.scores(model.encode({ ids, segments, valid }, EVALUATE), { states, valid: real }), { device, name: "rank by co-attention" });
    return finished(run, () => measureCost(run, [blank(1, query), hostArray(new Float32Array(count * document * width), [count, document, width]), blank(count, document).valid]));
  });

/** A cross-encoder keeps nothing: context and response go through it together. */
export const crossEncoderCost = (model: PairEncoder, { query, document }: ChoiceLengths, { device }: Where): Promise<RankingCost> =>
  costOf("nothing kept", async (count) => {
    const run = compile(({ ids, segments, valid }: Record<keyof Rows, Tensor>) => scoreRows(model, { ids, segments, valid }, EVALUATE), { device, name: "rank by cross-encoder" });
    return finished(run, () => measureCost(run, [blank(count, query + document - 1)]));
  });

async function finished<T>(run: { release(): Promise<void> }, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } finally {
    await run.release();
  }
}

async function costOf(kept: string, measure: (count: number) => ReturnType<typeof measureCost>): Promise<RankingCost> {
  const [few, some] = [await measure(10), await measure(AT_ONCE)];
  const calls = MANY / AT_ONCE;
  const row = (count: number, flops: number, milliseconds: number): readonly (string | number)[] => [count, (flops / 1e6).toFixed(1), milliseconds.toFixed(1)];
  return {
    flops: calls * some.flops,
    table: { caption: `one context against candidates, ${kept}; medians of 5 runs, ${MANY} in ${calls} calls`, columns: ["candidates", "MFLOP", "ms"], rows: [row(10, few.flops, few.milliseconds), row(MANY, calls * some.flops, calls * some.milliseconds)] },
  };
}
