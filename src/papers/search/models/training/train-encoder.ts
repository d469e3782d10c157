/** Training of the bi-encoder: contrastive, over the other passages of the batch. */
import { infoNce } from "../../../../objectives/index.ts";
import { AdamW, schedules, Trainer } from "../../../../train/index.ts";
import type { CheckpointStore, TrainEvent, TrainResult } from "../../../../train/index.ts";
import type { Tokenizer } from "../../../../data/tokenizers/tokenizer.ts";
import type { SearchEncoder } from "../encoder-module.ts";
import type { TowerSettings } from "../encoder-module.ts";
import { textRow } from "../token-rows.ts";
import { ranksByVectors, scoresOfRanks } from "./development.ts";
import type { RankScores, RetrievalTask } from "./development.ts";
import { encoderProgram } from "./encode-batches.ts";
import { pairBatches } from "./pair-batches.ts";
import type { PassageSource } from "./passages.ts";

export interface StageOptions {
  /** Where the run is kept, so that it can be continued. */
  readonly store: CheckpointStore;
  readonly seed: number;
  readonly steps: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TrainEvent) => void;
}

/**
 * Everything of the bi-encoder but its vocabulary, chosen on the development split. Without layers: one of width 128 made
 * a step four times as long and gained no more there than the words alone did in the same time.
 */
export const ENCODER: Omit<TowerSettings, "vocabulary"> = { wordWidth: 100, width: 128, depth: 0, heads: 4, hidden: 256, longest: 256 };
export const ENCODER_STEPS = 1500;
/** Tokens of a text while training; longer than most queries, and the beginning of a document says what it is about. */
export const TRAINED_LENGTHS = { query: 20, document: 56 } as const;
const EVALUATED_LENGTHS = { query: 32, document: 128 } as const;
const BATCH = 256;
const SCALE = 20;
const RATE = 3e-3;
const CHECKPOINT_EVERY = 100;
const EVALUATE_EVERY = 250;

export async function trainEncoder(encoder: SearchEncoder, tokenizer: Tokenizer, sources: readonly PassageSource[], development: RetrievalTask, { store, seed, steps, signal, onEvent }: StageOptions): Promise<TrainResult> {
  const program = encoderProgram(encoder);
  const optimizer = new AdamW(encoder, { learningRate: RATE, schedule: schedules.linear({ warmup: Math.ceil(steps / 20), steps, floor: 0.02 }), weightDecay: 0.01, groups: [{ match: "words", weightDecay: 0 }, { match: "importance", weightDecay: 0 }] });
  const trainer = new Trainer({
    model: encoder,
    data: pairBatches({ tokenizer, sources, batchSize: BATCH, longestQuery: TRAINED_LENGTHS.query, longestDocument: TRAINED_LENGTHS.document, seed }),
    steps,
    seed,
    optimizer,
    clip: 1,
    loss: ({ queryIds, queryValid, documentIds, documentValid }, mode) => {
      const queries = encoder.forward({ ids: queryIds, valid: queryValid }, mode);
      const documents = encoder.forward({ ids: documentIds, valid: documentValid }, mode);
      const { loss, accuracy } = infoNce(queries, documents, { scale: SCALE, similarity: "dot" });
      return { loss, accuracy };
    },
    checkpoints: { store, every: CHECKPOINT_EVERY },
    evaluate: { every: EVALUATE_EVERY, run: async () => ({ ...(await evaluateEncoder(program, tokenizer, development)) }) },
    settings: { ...encoder.settings, batch: BATCH, scale: SCALE, lengths: TRAINED_LENGTHS },
    signal,
    onEvent,
  });
  try {
    return await trainer.run();
  } finally {
    await trainer.release();
    await program.release();
  }
}

/** Vectors of texts as in the evaluations. */
export const vectorsOf = (program: ReturnType<typeof encoderProgram>, tokenizer: Tokenizer, texts: readonly string[], role: keyof typeof EVALUATED_LENGTHS): Promise<Float32Array[]> =>
  program.run(texts.map((text) => textRow(tokenizer, text, EVALUATED_LENGTHS[role])), EVALUATED_LENGTHS[role]);

export async function evaluateEncoder(program: ReturnType<typeof encoderProgram>, tokenizer: Tokenizer, { queries, documents, answers }: RetrievalTask): Promise<RankScores> {
  return scoresOfRanks(ranksByVectors(await vectorsOf(program, tokenizer, queries, "query"), await vectorsOf(program, tokenizer, documents, "document"), answers));
}
