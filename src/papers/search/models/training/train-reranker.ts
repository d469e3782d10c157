/** Training of the cross-encoder: of each list, the right document is to score highest. */
import { full } from "../../../../engine/index.ts";
import { listwiseSoftmax } from "../../../../objectives/index.ts";
import { AdamW, schedules, Trainer } from "../../../../train/index.ts";
import type { TrainResult } from "../../../../train/index.ts";
import type { Tokenizer } from "../../../../data/tokenizers/tokenizer.ts";
import type { TowerSettings } from "../encoder-module.ts";
import type { SearchReranker } from "../reranker-module.ts";
import { listBatches } from "./list-batches.ts";
import type { CandidateSet } from "./list-batches.ts";
import type { StageOptions } from "./train-encoder.ts";

/** Everything of the cross-encoder but its vocabulary, chosen on the development split. */
export const RERANKER: Omit<TowerSettings, "vocabulary"> = { wordWidth: 100, width: 128, depth: 2, heads: 4, hidden: 256, longest: 256 };
export const RERANKER_STEPS = 900;
export const LONGEST_QUERY = 32;
const TRAINED_LENGTHS = { query: 20, pair: 96 } as const;
const LISTS = 12;
const LIST_SIZE = 8;
const RATE = 1e-3;
const CHECKPOINT_EVERY = 100;

export async function trainReranker(reranker: SearchReranker, tokenizer: Tokenizer, sets: readonly CandidateSet[], { store, seed, steps, signal, onEvent }: StageOptions): Promise<TrainResult> {
  const optimizer = new AdamW(reranker, { learningRate: RATE, schedule: schedules.linear({ warmup: Math.ceil(steps / 20), steps, floor: 0.02 }), weightDecay: 0.01, groups: [{ match: "words", weightDecay: 0, learningRate: 0.3 }, { match: "importance", weightDecay: 0 }] });
  const trainer = new Trainer({
    model: reranker,
    data: listBatches({ tokenizer, sets, lists: LISTS, listSize: LIST_SIZE, longestQuery: TRAINED_LENGTHS.query, longest: TRAINED_LENGTHS.pair, seed }),
    steps,
    seed,
    optimizer,
    clip: 1,
    loss: ({ ids, valid, types }, mode) => {
      const scores = reranker.forward({ ids, valid, types }, mode).reshape([LISTS, LIST_SIZE]);
      const { loss, accuracy } = listwiseSoftmax(scores, full([LISTS], 0, "int32"));
      return { loss, accuracy };
    },
    checkpoints: { store, every: CHECKPOINT_EVERY },
    settings: { ...reranker.settings, lists: LISTS, listSize: LIST_SIZE, lengths: TRAINED_LENGTHS },
    signal,
    onEvent,
  });
  try {
    return await trainer.run();
  } finally {
    await trainer.release();
  }
}
