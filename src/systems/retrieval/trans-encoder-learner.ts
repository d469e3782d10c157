/** A learner of Trans-Encoder in the lab: SimCSE to start from, and both forms of a BERT trained on labelled pairs. */
import { GraphRandom } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { PairEncoder, TextEncoder } from "../../nn/index.ts";
import { infoNce } from "../../objectives/index.ts";
import type { ArmContext, TrainedArm } from "../../lab/index.ts";
import {
  bertOf, biEncoderOf, cosineError, crossEncoderOf, fineTuneBiEncoder, fineTuneCrossEncoder, mapRows, pairProducts, pairRows, pairTexts, probabilities, queryDocumentBatches, scoredPairBatches, scoredSidesBatches, scorePairs, sideOf, textRows, TextTower,
} from "../../lab/text/index.ts";
import type { BiEncoder, Foundation, QueryDocumentBatch, ScoredPlaces, TextLoss } from "../../lab/text/index.ts";
import type { BatchTensors } from "../../train/index.ts";
import { bothOrders } from "./trans-encoder-cycles.ts";
import type { Forms } from "./trans-encoder-cycles.ts";

export interface LearnerSettings {
  readonly batch: number;
  /** Tokens of a text; a pair has 2 length - 1. */
  readonly length: number;
  readonly dropout: number;
  readonly temperature: number;
  readonly learningRate: number;
  readonly cycles: number;
  /** Steps of each form in a cycle. */
  readonly crossSteps: number;
  readonly biSteps: number;
  /** Weights pass from one form to the next instead of starting anew in each cycle. */
  readonly handOver: boolean;
}

type Context = ArmContext<LearnerSettings>;

/** SimCSE (arXiv 2104.08821): a text encoded twice, with other dropout, is its own positive among the texts of the batch. */
export const simCse: TextLoss<BiEncoder, BatchTensors<QueryDocumentBatch>> = (model, batch, mode) => {
  const { query, passage, scale } = model.forward({ query: sideOf(batch, "query"), passage: sideOf(batch, "document") }, mode);
  const { loss, accuracy, positiveSimilarity } = infoNce(query, passage, { scale, similarity: "dot", directions: { rows: 1, columns: 0 } });
  return { loss, accuracy, positiveSimilarity };
};

/** Texts paired with themselves, in shuffled order. */
export const twiceTheSame = (texts: Parameters<typeof textRows>[1], tokenizer: Parameters<typeof textRows>[0], { length, batch }: Pick<LearnerSettings, "length" | "batch">, seed: number): ReturnType<typeof queryDocumentBatches> => {
  const rows = textRows(tokenizer, texts, length);
  return queryDocumentBatches({ queries: rows, documents: rows, pairs: texts.map((_, i) => [i, i] as const), lengths: { query: length, document: length }, batch, seed });
};

export class BertLearner implements Forms<BiEncoder, PairEncoder> {
  /** Training done so far, by stage. */
  readonly trained: Record<string, TrainedArm> = {};
  private readonly context: Context;
  private readonly foundation: Foundation;
  private readonly data: Pick<ScoredPlaces, "texts" | "pairs">;
  private readonly tokenizer: ReturnType<typeof bertOf>["tokenizer"];
  private simCseModel: BiEncoder | undefined;

  constructor(context: Context, foundation: Foundation, data: Pick<ScoredPlaces, "texts" | "pairs">) {
    this.context = context;
    this.foundation = foundation;
    this.data = data;
    this.tokenizer = this.bert.tokenizer;
  }

  /** The language model as it was, read anew: training changes it in place. */
  private get bert(): ReturnType<typeof bertOf> {
    return bertOf(this.context.foundation(this.foundation), { dropout: this.context.settings.dropout });
  }

  /** A bi-encoder on the language model as it is. */
  newBi(): BiEncoder {
    return biEncoderOf(this.bert, { random: this.context.random.child("weights"), pooling: "first", temperature: this.context.settings.temperature });
  }

  newCross(): PairEncoder {
    return crossEncoderOf(this.bert, { random: this.context.random.child("weights") });
  }

  /** Makes SimCSE's model the one that bi-encoders start from. */
  startFrom(model: BiEncoder): BiEncoder {
    this.simCseModel = model;
    return model;
  }

  /** Trains with `simCse` in place. */
  async trainSimCse(model: BiEncoder, steps: number, texts: readonly string[], stage: string, progress: readonly [number, number] = [0, 1]): Promise<BiEncoder> {
    const { settings, seed } = this.context;
    const data = twiceTheSame(texts, this.tokenizer, settings, seed);
    this.trained[stage] = await fineTuneBiEncoder(this.context, model, data, { steps, learningRate: settings.learningRate, loss: simCse, stage, progress, random: this.dropout(stage) });
    return model;
  }

  async cosines(bi: BiEncoder): Promise<Float32Array> {
    return this.cosinesOf(bi, this.data);
  }

  async cosinesOf(bi: BiEncoder, { texts, pairs }: Pick<ScoredPlaces, "texts" | "pairs">): Promise<Float32Array> {
    const { settings: { length }, device, signal } = this.context;
    return pairProducts(await mapRows((rows) => bi.encodeQuery(rows, EVALUATE), textRows(this.tokenizer, texts, length), { device, signal }), pairs);
  }

  async probabilities(cross: PairEncoder): Promise<Float32Array> {
    return this.probabilitiesOf(cross, this.data);
  }

  async probabilitiesOf(cross: PairEncoder, data: Pick<ScoredPlaces, "texts" | "pairs">): Promise<Float32Array> {
    const { settings: { length }, device, signal } = this.context;
    const { data: logits } = await scorePairs(cross, this.tokenizer, pairTexts(data), { maximum: 2 * length - 1, cut: cutTo(length), device, signal });
    return probabilities(logits as Float32Array);
  }

  /** Binary cross-entropy against the cosines as they are, both orders. */
  async trainCross(cycle: number, labels: Float32Array, bi: BiEncoder): Promise<PairEncoder> {
    const { settings: { batch, length, learningRate, crossSteps, handOver }, seed } = this.context;
    const model = this.newCross();
    if (handOver) model.encoder.loadStateDict(encoderOf(bi).stateDict());
    const doubled = bothOrders(this.data.pairs, labels);
    const longest = 2 * length - 1;
    const rows = pairRows(this.tokenizer, pairTexts({ texts: this.data.texts, pairs: doubled.pairs }), longest, cutTo(length));
    const stage = this.stage("cross", cycle);
    this.trained[stage] = await fineTuneCrossEncoder(this.context, model, scoredPairBatches({ pairs: rows, labels: doubled.labels, lengths: [longest], tokens: batch * longest, seed: seed + cycle }), { steps: crossSteps, learningRate, stage, progress: this.progress(2 * cycle), random: this.dropout(stage) });
    return model;
  }

  /** Squared error of the cosine against the cross-encoder's probabilities. */
  async trainBi(cycle: number, labels: Float32Array, cross: PairEncoder): Promise<BiEncoder> {
    const { settings: { batch, length, learningRate, biSteps, handOver }, seed } = this.context;
    const model = this.newBi();
    if (handOver) encoderOf(model).loadStateDict(cross.encoder.stateDict());
    else if (this.simCseModel !== undefined) model.loadStateDict(this.simCseModel.stateDict());
    const stage = this.stage("bi", cycle);
    const data = scoredSidesBatches({ texts: textRows(this.tokenizer, this.data.texts, length), pairs: this.data.pairs, labels, length, batch, seed: seed + cycle });
    this.trained[stage] = await fineTuneBiEncoder(this.context, model, data, { steps: biSteps, learningRate, warmup: 0, loss: cosineError, stage, progress: this.progress(2 * cycle + 1), random: this.dropout(stage) });
    return model;
  }

  /** Learners of one arm keep their checkpoints apart. */
  private stage(form: string, cycle: number): string {
    return `${this.foundation.id.replaceAll("@", "-")}-${form}-${cycle}`;
  }

  private progress(part: number): readonly [number, number] {
    const parts = 2 * this.context.settings.cycles;
    return [part / parts, (part + 1) / parts];
  }

  private dropout(stage: string): GraphRandom {
    return GraphRandom.of(this.context.seed, `dropout ${stage}`);
  }
}

const cutTo = (length: number): { readonly first: number; readonly second: number } => ({ first: length - 2, second: length - 2 });

/** The encoder under a bi-encoder. */
function encoderOf({ query }: BiEncoder): TextEncoder {
  if (!(query instanceof TextTower)) throw new TypeError("trans-encoder: weights pass between forms of one text encoder; this bi-encoder has another tower");
  return query.encoder;
}
