/** How rankers of responses are judged: the right one among ten, and what it costs to rank many that were encoded before. */
import { compile, hostArray } from "../../engine/index.ts";
import type { Compiled, Hosted, HostArray, Tensor } from "../../engine/index.ts";
import { Bm25 } from "../../data/search/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { PairEncoder } from "../../nn/index.ts";
import { extract, measureCost } from "../../lab/index.ts";
import type { MeasuredCost, RunContext, Table } from "../../lab/index.ts";
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
const zeros = (...shape: number[]): HostArray => hostArray(new Float32Array(shape.reduce((product, extent) => product * extent, 1)), shape);

/** Inner products of one context with vectors that are there already. */
export function dotProductCost(model: BiEncoder, { query }: ChoiceLengths, width: number, { device }: Where): Promise<RankingCost> {
  const encode = compile(({ ids, segments, valid }: Record<keyof Rows, Tensor>) => model.encodeQuery({ ids, segments, valid }, EVALUATE), { device, name: "encode a context" });
  const compare = compile((vector: Tensor, kept: Tensor) => vector.matmul(kept, { transB: true }), { device, name: "inner products" });
  return costOf("vectors of the responses kept", () => measured(encode, blank(1, query)), (count) => measured(compare, zeros(1, width), zeros(count, width)));
}

/** Co-attention of one context with responses whose states are there already. */
export function coAttentionCost(model: CoAttentionRanker, { query, document }: ChoiceLengths, width: number, { device }: Where): Promise<RankingCost> {
  const encode = compile(({ ids, segments, valid }: Record<keyof Rows, Tensor>) => model.encode({ ids, segments, valid }, EVALUATE).states, { device, name: "encode a context" });
  const compare = compile((states: Tensor, valid: Tensor, kept: Tensor, real: Tensor) => model.scores({ states, valid }, { states: kept, valid: real }), { device, name: "co-attention" });
  return costOf("states of the responses kept", () => measured(encode, blank(1, query)), (count) => measured(compare, zeros(1, query, width), blank(1, query).valid, zeros(count, document, width), blank(count, document).valid));
}

/** A cross-encoder keeps nothing: context and response go through it together. */
export function crossEncoderCost(model: PairEncoder, { query, document }: ChoiceLengths, { device }: Where): Promise<RankingCost> {
  const score = compile(({ ids, segments, valid }: Record<keyof Rows, Tensor>) => scoreRows(model, { ids, segments, valid }, EVALUATE), { device, name: "rank by cross-encoder" });
  return costOf("nothing kept", () => Promise.resolve({ flops: 0, milliseconds: 0 }), (count) => measured(score, blank(count, query + document - 1)));
}

type Cost = Pick<MeasuredCost, "flops" | "milliseconds">;

/** Cost of a call; its programs are freed. */
async function measured<A extends readonly unknown[], R>(run: Compiled<A, R>, ...args: { [K in keyof A]: Hosted<A[K]> }): Promise<Cost> {
  try {
    return await measureCost(run, args);
  } finally {
    await run.release();
  }
}

/** What is done once for a context, and for so many candidates. */
async function costOf(kept: string, once: () => Promise<Cost>, each: (count: number) => Promise<Cost>): Promise<RankingCost> {
  const [start, few, some] = [await once(), await each(10), await each(AT_ONCE)];
  const total = (of: keyof Cost): readonly [few: number, many: number] => [start[of] + few[of], start[of] + (MANY / AT_ONCE) * some[of]];
  const [flops, milliseconds] = [total("flops"), total("milliseconds")];
  return {
    flops: flops[1],
    table: { caption: `one context against candidates, ${kept}; medians of 5 runs, ${AT_ONCE} at once`, columns: ["candidates", "MFLOP", "ms"], rows: [10, MANY].map((count, i) => [count, ((flops[i] as number) / 1e6).toFixed(2), (milliseconds[i] as number).toFixed(1)]) },
  };
}
