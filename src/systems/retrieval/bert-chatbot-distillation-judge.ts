/** How rankers of responses are judged: the right one among ten, and what it costs to rank many that were encoded before. */
import { compile, hostArray } from "../../engine/index.ts";
import type { Compiled, Hosted, HostArray, Tensor } from "../../engine/index.ts";
import { Bm25 } from "../../data/search/index.ts";
import { EVALUATE, repeatEach } from "../../nn/index.ts";
import type { PairEncoder } from "../../nn/index.ts";
import { measureCost } from "../../lab/index.ts";
import type { MeasuredCost, RunContext, Table } from "../../lab/index.ts";
import { fullRows, questionScores, scoreRows } from "../../lab/text/index.ts";
import type { BiEncoder, ChoiceItem, ChoiceLengths, ChoiceRows, TokenRows } from "../../lab/text/index.ts";
import type { CoAttentionRanker } from "./bert-chatbot-distillation-teacher.ts";

type Where = Pick<RunContext<object>, "device" | "signal">;

/** Scores of all candidates by the co-attention ranker, [n * each]. */
export const coAttentionScores = (model: CoAttentionRanker, rows: ChoiceRows, lengths: ChoiceLengths, where: Where): Promise<Float32Array> =>
  questionScores((contexts, candidates) => {
    const own = model.encode(contexts, EVALUATE);
    const repeated = { states: repeatEach(own.states, rows.each), valid: repeatEach(own.valid, rows.each) };
    return model.head.forward(repeated, model.encode(candidates, EVALUATE)).reshape([own.states.dim(0), rows.each]);
  }, rows, { lengths, device: where.device, signal: where.signal });

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

const zeros = (...shape: number[]): HostArray => hostArray(new Float32Array(shape.reduce((product, extent) => product * extent, 1)), shape);

/** Inner products of one context with vectors that are there already. */
export function dotProductCost(model: BiEncoder, { query }: ChoiceLengths, width: number, { device }: Where): Promise<RankingCost> {
  const encode = compile(({ ids, segments, valid }: TokenRows) => model.encodeQuery({ ids, segments, valid }, EVALUATE), { device, name: "encode a context" });
  const compare = compile((vector: Tensor, kept: Tensor) => vector.matmul(kept, { transB: true }), { device, name: "inner products" });
  return costOf("vectors of the responses kept", () => measured(encode, fullRows(1, query)), (count) => measured(compare, zeros(1, width), zeros(count, width)));
}

/** Co-attention of one context with responses whose states are there already. */
export function coAttentionCost(model: CoAttentionRanker, { query, document }: ChoiceLengths, width: number, { device }: Where): Promise<RankingCost> {
  const encode = compile(({ ids, segments, valid }: TokenRows) => model.encode({ ids, segments, valid }, EVALUATE).states, { device, name: "encode a context" });
  const compare = compile((states: Tensor, valid: Tensor, kept: Tensor, real: Tensor) => model.scores({ states, valid }, { states: kept, valid: real }), { device, name: "co-attention" });
  return costOf("states of the responses kept", () => measured(encode, fullRows(1, query)), (count) => measured(compare, zeros(1, query, width), fullRows(1, query).valid, zeros(count, document, width), fullRows(count, document).valid));
}

/** A cross-encoder keeps nothing: context and response go through it together. */
export function crossEncoderCost(model: PairEncoder, { query, document }: ChoiceLengths, { device }: Where): Promise<RankingCost> {
  const score = compile(({ ids, segments, valid }: TokenRows) => scoreRows(model, { ids, segments, valid }, EVALUATE), { device, name: "rank by cross-encoder" });
  return costOf("nothing kept", () => Promise.resolve({ flops: 0, milliseconds: 0 }), (count) => measured(score, fullRows(count, query + document - 1)));
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
