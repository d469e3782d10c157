/** Batches of the reranker: for each query its own document and hard ones, every pair a row. */
import type { HostArray } from "../../../../engine/index.ts";
import { RandomStream } from "../../../../engine/index.ts";
import type { BatchStream } from "../../../../data/index.ts";
import type { Tokenizer } from "../../../../data/tokenizers/tokenizer.ts";
import { commonTokens, pairRow, queryIds, stackRows } from "../token-rows.ts";
import { bodyOf } from "./development.ts";
import type { Passage } from "./passages.ts";
import { careless } from "./views.ts";

/** Passages of one source with the hard candidates [passages, depth] of each title. */
export interface CandidateSet {
  readonly share: number;
  readonly passages: readonly Passage[];
  readonly candidates: Int32Array;
}

export interface ListBatchArrays {
  [name: string]: HostArray;
  readonly ids: HostArray;
  readonly valid: HostArray;
  readonly types: HostArray;
}

export interface ListBatchOptions {
  readonly tokenizer: Tokenizer;
  readonly sets: readonly CandidateSet[];
  readonly lists: number;
  /** Documents in a list; the first is the right one. */
  readonly listSize: number;
  readonly longestQuery: number;
  readonly longest: number;
  readonly seed: number;
}

/** Share of the documents that begin with their name, as in a catalogue. */
const NAMED = 0.5;

/** Rows [lists * listSize, longest]; batch n depends on the seed and n alone. */
export function listBatches({ tokenizer, sets, lists, listSize, longestQuery, longest, seed }: ListBatchOptions): BatchStream<ListBatchArrays> {
  const common = commonTokens(tokenizer);
  let step = 0;
  const rowsOf = ({ passages, candidates }: CandidateSet, random: RandomStream) => {
    const depth = candidates.length / passages.length;
    const own = random.integer(passages.length);
    const hard = Array.from(random.permutation(depth).subarray(0, listSize - 1), (place) => candidates[own * depth + place] as number);
    const query = queryIds(tokenizer, careless((passages[own] as Passage).title, random), longestQuery);
    const named = random.bernoulli(NAMED);
    return [own, ...hard].map((i) => {
      const passage = passages[i] as Passage;
      const document = named && passage.name !== "" ? `${passage.name}. ${bodyOf(passage)}` : bodyOf(passage);
      return pairRow(tokenizer, query, tokenizer.encode(document), longest, common);
    });
  };

  return {
    async next() {
      const random = RandomStream.of(seed, "lists", step++);
      const rows = Array.from({ length: lists }, () => rowsOf(drawSet(sets, random), random)).flat();
      return { ...stackRows(rows, longest) };
    },
    state: () => ({ kind: "lists", seed, step }),
    restore(state) {
      const position = state as { readonly kind?: string; readonly seed?: number; readonly step?: number };
      if (position.kind !== "lists" || position.seed !== seed || !Number.isInteger(position.step)) throw new Error(`restore: expected a position among the lists of seed ${seed}, got ${JSON.stringify(state)}`);
      step = position.step as number;
    },
    close: async () => undefined,
  };
}

function drawSet(sets: readonly CandidateSet[], random: RandomStream): CandidateSet {
  let left = random.uniform() * sets.reduce((total, { share }) => total + share, 0);
  return sets.find(({ share }) => (left -= share) < 0) ?? (sets[sets.length - 1] as CandidateSet);
}
