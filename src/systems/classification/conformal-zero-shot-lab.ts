/** What the arms of conformal zero-shot classification share: package sections as labels, texts, and the slow model's scores of them, once. */
import { compile, hostArray } from "../../engine/index.ts";
import type { Compiled, Device, HostArray, Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { PairEncoder } from "../../nn/index.ts";
import { FeatureCache } from "../../train/index.ts";
import { sequentialBatches } from "../../data/index.ts";
import { glove } from "../../data/sources/glove.ts";
import type { WordVectors } from "../../data/sources/glove.ts";
import type { PrepareContext } from "../../lab/index.ts";
import { sha256, stableJson } from "../../lab/json.ts";
import { subStore } from "../../lab/store.ts";
import { batchOfRows, loadSections, pairRows } from "../../lab/text/index.ts";
import type { ClassifiedText, LabelledTexts, RowSet, TokenRows } from "../../lab/text/index.ts";
import { scoreRows } from "../../lab/text/cross-encoder.ts";
import type { TextWithLabel } from "./conformal-zero-shot-classifier.ts";
import { entailmentOf, nliEn } from "./nli-en.ts";
import type { Entailment } from "./nli-en.ts";

export interface ZeroShotSizes {
  /** Unlabelled texts, answered by the slow model: for calibration, and for training fast scorers. */
  readonly calibration: number;
  readonly training: number;
  readonly test: number;
  /** Tokens of a row, and of the text in it. */
  readonly length: number;
  readonly text: number;
}

export interface ZeroShotLab {
  readonly classes: LabelledTexts["classes"];
  readonly slow: Entailment;
  /** Unlabelled texts and the slow model's scores of all labels, [n, labels]. */
  readonly pool: { readonly texts: readonly string[]; readonly scores: HostArray };
  readonly test: { readonly texts: readonly string[]; readonly labels: readonly number[]; readonly scores: HostArray };
  readonly vectors: WordVectors;
}

const hypothesisOf = ({ name }: LabelledTexts["classes"][number]): string => `This is about ${name}.`;

/** Rows of texts with labels, as the slow model reads them. */
export const rowsOfPairs = (tokenizer: Entailment["tokenizer"], pairs: readonly TextWithLabel[], classes: LabelledTexts["classes"], { length, text }: Pick<ZeroShotSizes, "length" | "text">): RowSet =>
  pairRows(tokenizer, pairs.map(([own, label]) => [own, hypothesisOf(classes[label] as LabelledTexts["classes"][number])] as const), length, { first: text });

/** An encoder with a head over rows of one length, compiled once; `release` frees it. */
export class RowScorer {
  private readonly run: Compiled<readonly [TokenRows], Tensor>;
  private readonly length: number;
  private readonly batch: number;

  constructor(model: PairEncoder, { length, batch, device }: { readonly length: number; readonly batch: number; readonly device: Device }) {
    this.run = compile((rows: TokenRows) => scoreRows(model, rows, EVALUATE), { device, name: "scores of rows" });
    this.length = length;
    this.batch = batch;
  }

  /** One score, or one list of scores, for each row; rows one after the other. */
  async scores(rows: RowSet): Promise<Float32Array> {
    const parts: Float32Array[] = [];
    for (const { indices, valid } of sequentialBatches(Int32Array.from(rows.rows.keys()), this.batch)) {
      const { data } = await this.run(this.batchOf(rows, indices));
      parts.push((data as Float32Array).slice(0, (data.length / this.batch) * valid));
    }
    const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  /** FLOPs of products for one row, counted from the graph. */
  flops(rows: RowSet): number {
    return this.run.explain(this.batchOf(rows, new Int32Array(this.batch))).flops.products / this.batch;
  }

  release(): Promise<void> {
    return this.run.release();
  }

  private batchOf(rows: RowSet, indices: Int32Array): { readonly [K in keyof TokenRows]: HostArray } {
    const { ids, segments, valid } = batchOfRows(rows, indices, this.length);
    return { ids, segments, valid };
  }
}

/** Pairs in a batch of the slow model. */
export const SLOW_BATCH = 64;

/** Texts whose scores are kept together, so that a run that stops loses little. */
const CHUNK = 100;

/** The slow model's scores of all labels, [n, labels], from the cache as far as they are there. */
async function slowScores(context: PrepareContext<ZeroShotSizes>, slow: Entailment, classes: LabelledTexts["classes"], texts: readonly string[], progress: (done: number) => void): Promise<HostArray> {
  const { settings: { length, text }, device, cache, signal } = context;
  const kept = new FeatureCache(subStore(cache, "features"));
  const scorer = new RowScorer(slow.model, { length, batch: SLOW_BATCH, device });
  const all = new Float32Array(texts.length * classes.length);
  try {
    for (let start = 0; start < texts.length; start += CHUNK) {
      signal.throwIfAborted();
      const some = texts.slice(start, start + CHUNK);
      const { scores } = await kept.obtain({
        model: slow.model,
        items: await sha256(stableJson({ texts: [...some], labels: classes.map(hypothesisOf) })),
        settings: { length, text },
        compute: async () => {
          const pairs = some.flatMap((own) => classes.map((_, label) => [own, label] as const));
          return { scores: hostArray(await scorer.scores(rowsOfPairs(slow.tokenizer, pairs, classes, { length, text })), [some.length, classes.length]) };
        },
      });
      all.set((scores as HostArray).data as Float32Array, start * classes.length);
      progress(start + some.length);
    }
  } finally {
    await scorer.release();
  }
  return hostArray(all, [texts.length, classes.length]);
}

export async function loadZeroShotLab(context: PrepareContext<ZeroShotSizes>): Promise<ZeroShotLab> {
  const { settings: { calibration, training, test: tested }, random, signal, report, message } = context;
  // Texts of calibration and test must be exchangeable: both come as packages do, no class is favoured in either.
  const { classes, unlabelled, test } = await loadSections(context, 45, { train: 0, dev: 0, test: Infinity });
  const slow = entailmentOf(context.foundation(nliEn));
  const pooled = Array.from(random.child("pool").permutation(unlabelled.length).slice(0, calibration + training), (i) => unlabelled[i] as string);
  const items: readonly ClassifiedText[] = test.slice(0, tested);
  const vectors = await glove.load({ signal });
  const total = pooled.length + items.length;
  message(`nli-en reads ${total} texts with ${classes.length} labels each`);
  return {
    classes,
    slow,
    pool: { texts: pooled, scores: await slowScores(context, slow, classes, pooled, (done) => report(done, total)) },
    test: { texts: items.map(({ text }) => text), labels: items.map(({ label }) => label), scores: await slowScores(context, slow, classes, items.map(({ text }) => text), (done) => report(pooled.length + done, total)) },
    vectors,
  };
}
