/** Ranking answers with a Uni-Encoder: `rank(context, candidates)` in one pass. */
import { compile } from "../../engine/index.ts";
import type { Compiled, Device, Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { separateFields, sideOf, textRows } from "../../lab/text/index.ts";
import type { RowSet } from "../../lab/text/index.ts";
import type { BatchTensors } from "../../train/index.ts";
import type { UniEncoder } from "./uni-encoder-model.ts";

export interface RankedCandidate {
  /** Place among the candidates given. */
  readonly index: number;
  readonly candidate: string;
  readonly score: number;
}

export interface ResponseRankerOptions {
  readonly model: UniEncoder;
  readonly tokenizer: Tokenizer;
  /** Most tokens of a context and of a candidate, special ones included; together no more than the model's positions. Default 96 and 24. */
  readonly lengths?: { readonly query: number; readonly document: number };
  /** What stands before the turns of a dialogue, the last one's first; default nothing. */
  readonly speakers?: readonly [last: string, other: string];
  readonly device?: Device;
}

/** Candidates of one pass: attention grows with the square of the sequence. */
const MOST_CANDIDATES = 64;
/** Candidates and lengths are filled up to multiples, so that few programs serve all questions. */
const STEP = 8;

const NOTHING = { ids: new Int32Array(0), segments: new Int32Array(0), special: new Uint8Array(0) };

const rounded = (count: number, most: number): number => Math.min(most, Math.ceil(count / STEP) * STEP);
type Rows = BatchTensors<ReturnType<typeof separateFields>>;

/** Compiles one program for each rounded size of question it meets; `release` frees them. */
export class ResponseRanker {
  private readonly options: Required<Omit<ResponseRankerOptions, "device">>;
  private readonly run: Compiled<[Rows], Tensor>;

  constructor({ lengths = { query: 96, document: 24 }, speakers = ["", ""], device, ...options }: ResponseRankerOptions) {
    this.options = { ...options, lengths, speakers };
    this.run = compile((rows: Rows) => options.model.forward(sideOf(rows, "query"), sideOf(rows, "document"), EVALUATE).scores, { device, name: "rank" });
  }

  /**
   * Candidates by how well they continue a context, best first; equal scores keep their order. A context of turns, oldest
   * first, loses its oldest ones until it fits. Throws a RangeError without candidates and above 64.
   */
  async rank(context: string | readonly string[], candidates: readonly string[]): Promise<RankedCandidate[]> {
    if (candidates.length === 0 || candidates.length > MOST_CANDIDATES) throw new RangeError(`rank: expected 1 to ${MOST_CANDIDATES} candidates, got ${candidates.length}${candidates.length === 0 ? "" : "; narrow them down by search first"}`);
    const { tokenizer, lengths } = this.options;
    const contexts: RowSet = { rows: [tokenizer.assemble(this.contextIds(context), undefined, lengths.query)], pad: tokenizer.special.pad ?? 0 };
    const own = textRows(tokenizer, candidates, lengths.document);
    const slots = rounded(candidates.length, MOST_CANDIDATES);
    const filled: RowSet = { ...own, rows: Array.from({ length: slots }, (_, i) => own.rows[i] ?? NOTHING) }; // all padding: seen by none, and what it scores is dropped
    const longest = ({ rows }: RowSet, most: number): number => rounded(Math.max(...rows.map(({ ids }) => ids.length)), most);
    const fields = separateFields({ contexts, candidates: filled }, Int32Array.of(0), { query: longest(contexts, lengths.query), document: longest(own, lengths.document) });
    const { data } = await this.run(fields);
    return candidates.map((candidate, index) => ({ index, candidate, score: Number(data[index]) })).sort((a, b) => b.score - a.score);
  }

  release(): Promise<void> {
    return this.run.release();
  }

  /** The newest turns that fit; of a last turn that is too long itself, its end. */
  private contextIds(context: string | readonly string[]): Int32Array {
    const { tokenizer, lengths, speakers } = this.options;
    const room = lengths.query - tokenizer.assemble(new Int32Array(0)).ids.length;
    const turns = typeof context === "string" ? [context] : context;
    const parts = turns.map((turn, i) => {
      const speaker = typeof context === "string" ? "" : (speakers[(turns.length - 1 - i) % 2] as string);
      return tokenizer.encode(speaker === "" ? turn : `${speaker} ${turn}`);
    });
    let kept = parts.length;
    for (let tokens = 0; kept > 0 && tokens + (parts[kept - 1] as Int32Array).length <= room; kept--) tokens += (parts[kept - 1] as Int32Array).length;
    const newest = kept === parts.length ? [(parts.at(-1) ?? new Int32Array(0)).slice(-room)] : parts.slice(kept);
    return Int32Array.from(newest.flatMap((ids) => [...ids]));
  }
}
