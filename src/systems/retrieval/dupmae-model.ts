/**
 * The duplex objective of RetroMAE v2 on any BERT: what it adds is one decoder layer. Choices where the paper is silent, as in
 * the released code or in this project's rules: the decoder reads the full embedding layer's output for the clean tokens; the
 * separator takes part in the maximum of the logits but is no word of the bag; the reconstruction is a mean over tokens, the
 * bag of words a mean over texts.
 */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray, Tensor } from "../../engine/index.ts";
import { EnhancedDecoder, enhancedVisibility, Module } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import { bagOfWords, crossEntropy } from "../../objectives/index.ts";
import { maskedBatch, padRows, shuffledBatches, wordsOfRow } from "../../data/index.ts";
import type { BatchStream, Encoding, MaskedBatch, MaskVocabulary, Tokenizer } from "../../data/index.ts";
import type { BatchTensors } from "../../train/index.ts";
import { maskedWords } from "../../lab/text/index.ts";
import type { MaskedModel, RowSet } from "../../lab/text/index.ts";

/** Shares of the tokens that the encoder does not see and that a row of the decoder sees; weight of the bag of words. */
export const DUPMAE = { maskRate: 0.3, visibleRate: 0.5, bagWeight: 0.1 } as const;

/** A masked language model with the decoder that pre-training throws away. */
export class DupMae extends Module {
  readonly bert: MaskedModel;
  readonly decoder: EnhancedDecoder;

  constructor(random: RandomStream, bert: MaskedModel) {
    super();
    const { width, heads, hidden } = bert.sizes;
    this.bert = bert;
    this.decoder = new EnhancedDecoder({ random: random.child("decoder"), width, heads, feedForward: { hidden } });
  }

  /** States [B, L, d] from which every token can be predicted: `vector` [B, d] asks at every position and reads the clean tokens that its row shows. */
  decode(vector: Tensor, { clean, segments, valid, visible }: Pick<BatchTensors<DupMaeBatch>, "clean" | "segments" | "valid" | "visible">, mode: Mode): Tensor {
    const { embedding } = this.bert.encoder;
    const [batch, length] = clean.shape as [number, number];
    const ids = { segment: segments };
    const queries = embedding.finish(vector.unsqueeze(1).expand([batch, length, vector.dim(1)]), mode, { ids });
    return this.decoder.forward(queries, vector, embedding.forward(clean, mode, { ids }), enhancedVisibility(visible, valid), mode);
  }
}

export interface DupMaeBatch extends MaskedBatch {
  /** int32 [B, L]: the rows without masks. */
  readonly clean: HostArray;
  /** float32 [B, L]: 1 for tokens of the text, 0 for special tokens and padding. */
  readonly ordinary: HostArray;
  /** bool [B, L, L]: what each row offers of the tokens. */
  readonly visible: HostArray;
}

/** uint8 [length, length]: each of a text's rows offers whole words drawn anew, as many as fit into the share of its tokens, and all special tokens. */
export function visibleWords(random: RandomStream, ids: Int32Array, vocabulary: Pick<MaskVocabulary, "wordStarts" | "specialIds">, length: number, share: number = DUPMAE.visibleRate): Uint8Array {
  const words = wordsOfRow(ids, vocabulary);
  const budget = Math.round(share * words.reduce((sum, { start, end }) => sum + end - start, 0));
  const visible = new Uint8Array(length * length);
  for (let row = 0; row < ids.length; row++) {
    const begin = row * length;
    ids.forEach((id, place) => void (vocabulary.specialIds.has(id) && (visible[begin + place] = 1)));
    let left = budget;
    for (const { start, end } of random.shuffle(words)) {
      if (end - start > left) continue;
      visible.fill(1, begin + start, begin + end);
      left -= end - start;
    }
  }
  return visible;
}

const isOrdinary = (rows: readonly Encoding[], length: number, { specialIds }: Pick<Tokenizer, "specialIds">): HostArray => {
  const ordinary = new Float32Array(rows.length * length);
  rows.forEach(({ ids }, row) => ids.forEach((id, place) => void (ordinary[row * length + place] = specialIds.has(id) ? 0 : 1)));
  return hostArray(ordinary, [rows.length, length]);
};

/** A batch of rows; the draws depend on `random` alone. */
export function dupmaeBatch(random: RandomStream, rows: readonly Encoding[], length: number, tokenizer: Tokenizer): DupMaeBatch {
  const pad = tokenizer.special.pad ?? 0;
  const visible = new Uint8Array(rows.length * length * length);
  rows.forEach(({ ids }, i) => visible.set(visibleWords(random.child("visible", i), ids, tokenizer, length), i * length * length));
  return {
    ...maskedBatch(random.child("masks"), rows, length, tokenizer, { count: Math.ceil(DUPMAE.maskRate * length), rate: DUPMAE.maskRate, unit: { kind: "word" } }),
    clean: padRows(rows, length, pad).ids,
    ordinary: isOrdinary(rows, length, tokenizer),
    visible: hostArray(visible, [rows.length, length, length], "bool"),
  };
}

/** Endless batches of a corpus; arms of a seed see the same rows and masks. */
export const dupmaeBatches = ({ rows }: RowSet, tokenizer: Tokenizer, { batch, length, seed }: { readonly batch: number; readonly length: number; readonly seed: number }): BatchStream<DupMaeBatch> =>
  shuffledBatches({ indices: Int32Array.from(rows.keys()), batchSize: batch, seed }, ({ indices, epoch, step }) => dupmaeBatch(RandomStream.of(seed, "dupmae", epoch, step), Array.from(indices, (index) => rows[index] as Encoding), length, tokenizer));

/** Which branches are trained: the token branch with weight 0 leaves RetroMAE. */
export interface DuplexOptions {
  readonly bagWeight?: number;
}

type Losses = { readonly loss: Tensor } & Readonly<Record<string, Tensor>>;

/** Masked words + every token from the first state (CLS branch) + `bagWeight` times the bag of words from the others (token branch). */
export function dupmaeLoss(model: DupMae, batch: BatchTensors<DupMaeBatch>, mode: Mode, { bagWeight = DUPMAE.bagWeight }: DuplexOptions = {}): Losses {
  const { bert } = model;
  const { states, masked } = maskedWords(bert, batch, mode);
  const [targets, weights] = [afterFirst(batch.clean), afterFirst(batch.ordinary)];
  const rebuilt = crossEntropy(bert.head.forward(afterFirst(model.decode(states.select(1, 0), batch, mode))), targets, { weights }).loss;
  if (bagWeight === 0) return { loss: masked.add(rebuilt), masked, rebuilt };
  const bag = bagOfWords(bert.head.forward(afterFirst(states)), targets, { valid: afterFirst(batch.valid), weights }).loss;
  return { loss: masked.add(rebuilt).add(bag.mul(bagWeight)), masked, rebuilt, bag };
}

/** Without the first place. */
const afterFirst = (x: Tensor): Tensor => x.sliceAxis(1, 1, x.dim(1));
