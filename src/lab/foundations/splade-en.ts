/**
 * The foundation `splade-en`: a sparse retriever of English (SPLADE, arXiv 2109.10086), bert-en tuned on summaries that seek
 * descriptions. A text becomes weights of the vocabulary, searched in an inverted index.
 */
import { cast, RandomStream } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { EVALUATE, sparseTerms } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import { activationFlops, infoNce } from "../../objectives/index.ts";
import { AdamW, decodeSafetensors, schedules } from "../../train/index.ts";
import type { SparseVector } from "../../data/search/index.ts";
import { SparseIndex, sparseVector } from "../../data/search/index.ts";
import type { BuiltFoundation, Foundation, FoundationContext } from "../foundation.ts";
import { descSearchCard, loadDescSearch, smallerTask } from "../text/fixtures/desc-search.ts";
import { rankRuns } from "../text/ranking-table.ts";
import { mapRows, textRows } from "../text/rows.ts";
import type { MapRowsOptions } from "../text/rows.ts";
import { bm25Negatives } from "../text/search-runs.ts";
import { hardNegativeBatches, sideOf } from "../text/text-batches.ts";
import { bertEn, bertOf } from "./bert-en.ts";
import type { TrainedBert } from "./bert-en.ts";
import { encodeRows } from "./bert-model.ts";
import type { Bert, TokenRows } from "./bert-model.ts";
import { fileOf, jsonFile, readJsonFile, trainFoundation, weightsFile } from "./train-foundation.ts";

export const spladeSettings = {
  steps: 500,
  batch: 32,
  lengths: { query: 16, document: 48 },
  learningRate: 3e-4,
  warmup: 50,
  weightDecay: 0.01,
  clip: 1,
  /** Weights of the FLOPS penalty, ten times the paper's for a vocabulary an eighth as large; they are reached after a third of the steps, as in the paper. */
  penalty: { query: 3e-3, document: 1e-3, ramp: 167 },
  labelled: 8000,
  seed: 1,
} as const;

/** Weights of the vocabulary for rows: [B, V]. */
export const sparseRows = ({ encoder, head }: Bert, rows: TokenRows, mode: Mode): Tensor => sparseTerms(head.forward(encodeRows(encoder, rows, mode).output), rows.valid);

/** Weights of many texts. */
export async function sparseTexts({ model, tokenizer }: TrainedBert, texts: readonly string[], maximum: number, options?: MapRowsOptions): Promise<SparseVector[]> {
  const { data, shape } = await mapRows((rows) => sparseRows(model, rows, EVALUATE), textRows(tokenizer, texts, maximum), { tokens: 2048, ...options });
  const width = shape[1] as number;
  return texts.map((_, i) => sparseVector((data as Float32Array).subarray(i * width, (i + 1) * width)));
}

/** Best `depth` documents of each query by inner product of their weights, as positions. */
export function sparseRuns(documents: readonly SparseVector[], queries: readonly SparseVector[], depth = 100): number[][] {
  const index = new SparseIndex();
  documents.forEach((vector, i) => index.add(i, vector));
  return queries.map((query) => index.search(query, depth).map(({ id }) => Number(id)));
}

export interface SpladeQuality {
  /** Of dev queries over 2,000 documents. */
  readonly ndcg10: number;
  /** Mean number of weights that are not 0. */
  readonly queryTerms: number;
  readonly documentTerms: number;
}

const meanTerms = (vectors: readonly SparseVector[]): number => vectors.reduce((sum, vector) => sum + Object.keys(vector).length, 0) / vectors.length;

/** The trained retriever from the files of the foundation. */
export function spladeOf(built: Pick<BuiltFoundation, "id" | "files">, bert: TrainedBert): TrainedBert {
  bert.model.loadStateDict(decodeSafetensors(fileOf(built, "model.safetensors")).tensors);
  return bert;
}

async function tune(context: FoundationContext, bert: TrainedBert): Promise<void> {
  const { steps, batch, lengths, learningRate, warmup, weightDecay, clip, penalty, labelled, seed } = spladeSettings;
  const { train } = await loadDescSearch({ signal: context.signal, message: () => undefined });
  const { model, tokenizer } = bert;
  const pairs = train.queries.slice(0, labelled).map((_, i) => [i, i] as const);
  const data = hardNegativeBatches({ queries: textRows(tokenizer, train.queries, lengths.query), documents: textRows(tokenizer, train.documents, lengths.document), pairs, negatives: bm25Negatives(train, pairs, 1, RandomStream.of(seed, "splade negatives")), lengths, batch, seed });
  const optimizer = new AdamW(model, { learningRate, weightDecay, schedule: schedules.linear({ warmup, steps }) });
  const ramp = schedules.quadraticRamp({ steps: penalty.ramp });
  await trainFoundation(spladeEn, context, {
    model, optimizer, steps, clip, data,
    loss: (fields, mode) => {
      const [query, document, negative] = (["query", "document", "negative"] as const).map((side) => sparseRows(model, sideOf(fields, side), mode)) as [Tensor, Tensor, Tensor];
      const { loss, accuracy } = infoNce(query, document, { scale: 1, similarity: "dot", directions: { rows: 1, columns: 0 }, negatives: negative });
      const flops = activationFlops(query).mul(penalty.query).add(activationFlops(document).add(activationFlops(negative)).mul(penalty.document / 2));
      return { loss: loss.add(flops.mul(ramp(cast(optimizer.step, "float32")))), ranking: loss, accuracy };
    },
  });
}

/** Share of the vocabulary that a document may use, and what its ranking must reach: enough to be searched, and worth reranking. */
const GATE = { documentTerms: 512, ndcg10: 0.4 };

export const spladeEn: Foundation = {
  id: "splade-en",
  version: 1,
  description: "sparse retriever of English: bert-en tuned on summaries that seek descriptions, with the FLOPS penalty",
  minutes: 5,
  inputs: { settings: { ...spladeSettings }, data: { id: descSearchCard.id, version: descSearchCard.version } },
  needs: [bertEn],

  async build(context) {
    const bert = bertOf(context.foundation(bertEn));
    await tune(context, bert);
    const { dev } = await loadDescSearch({ signal: context.signal, message: () => undefined });
    const { lengths } = spladeSettings;
    const task = smallerTask(dev, { queries: 300, index: 2000 });
    const options = { device: context.device, signal: context.signal };
    const [documents, queries] = [await sparseTexts(bert, task.documents, lengths.document, options), await sparseTexts(bert, task.queries, lengths.query, options)];
    const [run] = rankRuns(task.relevant, [{ name: "SPLADE", found: sparseRuns(documents, queries) }]);
    const quality: SpladeQuality = { ndcg10: run?.ndcg10 ?? 0, queryTerms: meanTerms(queries), documentTerms: meanTerms(documents) };
    return { ...weightsFile(bert.model), "quality.json": jsonFile({ ...quality }) };
  },

  gate: {
    description: `documents keep at most ${GATE.documentTerms} weights on average, and dev queries reach an nDCG@10 of ${100 * GATE.ndcg10} over 2,000 documents`,
    check: (files) => {
      const { ndcg10, queryTerms, documentTerms } = readJsonFile<SpladeQuality>({ id: "splade-en", files }, "quality.json");
      return Promise.resolve({ holds: documentTerms <= GATE.documentTerms && ndcg10 >= GATE.ndcg10, measured: `nDCG@10 ${(100 * ndcg10).toFixed(1)}; ${queryTerms.toFixed(0)} weights of a query and ${documentTerms.toFixed(0)} of a document on average` });
    },
  },
};
