/** What models with a head say of texts: labels with probabilities, and which candidates answer a query. */
import type { PlainText } from "../../data/index.ts";
import type { HostArray } from "../../engine/index.ts";
import type { EncodeOptions, PretrainedText } from "../huggingface/pretrained-text.ts";
import type { TextInput } from "../huggingface/tokenizer.ts";
import { RequestError } from "../request-error.ts";

/** A record as a model reads it: its text, or its two texts. */
export const inputOf = ({ text, pair }: PlainText): TextInput => (pair === undefined ? text : [text, pair]);

export interface LabelScore {
  readonly label: string;
  /** Probability: they add up to 1, unless labels do not exclude each other. */
  readonly score: number;
}

/**
 * Labels of each text, the most probable first.
 *
 * ```ts
 * const model = await fromPretrained("my-classifier");
 * const [[best]] = await classifyTexts(model, ["I left after ten minutes"]);
 * ```
 */
export async function classifyTexts(model: Pick<PretrainedText, "labels" | "config"> & { scores(texts: readonly TextInput[], options?: EncodeOptions): Promise<HostArray> }, texts: readonly TextInput[], options?: EncodeOptions): Promise<LabelScore[][]> {
  return labelScores(model, await model.scores(texts, options));
}

/** The same from scores that are there already, [n, labels]. */
export function labelScores({ labels, config }: Pick<PretrainedText, "labels" | "config">, { data, shape }: Pick<HostArray, "data" | "shape">): LabelScore[][] {
  const [rows, width] = shape as [number, number];
  const exclusive = width > 1 && config["problem_type"] !== "multi_label_classification";
  return Array.from({ length: rows }, (_, i) => {
    const logits = Array.from(data.subarray(i * width, (i + 1) * width), Number);
    const scores = exclusive ? softmax(logits) : logits.map(sigmoid);
    return scores.map((score, k) => ({ label: labels[k] as string, score })).sort((a, b) => b.score - a.score);
  });
}

export interface RankedText {
  /** Place among the texts given. */
  readonly index: number;
  /** From 0 to 1 for a cross-encoder, cosine for a bi-encoder. */
  readonly score: number;
}

/**
 * Texts by how well they answer a query, best first: read together with it by a cross-encoder, or compared by cosine.
 *
 * ```ts
 * const model = await fromPretrained("my-cross-encoder");
 * const [best] = await rerank(model, "how do I list hidden files?", ["rm removes files.", "ls -a shows all names."]);
 * ```
 */
export async function rerank(model: PretrainedText, query: string, texts: readonly string[], options?: EncodeOptions): Promise<RankedText[]> {
  requireRanker(model);
  if (texts.length === 0) return [];
  const scores = model.pretrained.task === "features" ? await cosinesToQuery(model, query, texts, options) : firstScores(await model.scores(texts.map((text) => [query, text] as const), options));
  return ranked(scores);
}

async function cosinesToQuery(model: PretrainedText, query: string, texts: readonly string[], options?: EncodeOptions): Promise<number[]> {
  if (!model.tellsRoles) return cosinesToFirst(await model.embed([query, ...texts], options));
  const [asked, { data, shape }] = [await model.embed([query], { ...options, role: "query" }), await model.embed(texts, { ...options, role: "document" })];
  const [rows, width] = shape as [number, number];
  return cosinesToFirst({ data: Float32Array.of(...(asked.data as Float32Array), ...(data as Float32Array)), shape: [1 + rows, width] });
}

/** Scores as a ranking; equal ones keep their order. */
export const ranked = (scores: readonly number[]): RankedText[] => scores.map((score, index) => ({ index, score })).sort((a, b) => b.score - a.score);

/** Throws unless a model can rank texts. */
export function requireRanker({ pretrained: { task }, labels }: PretrainedText): void {
  if (task === "features" || (task === "sequence-classification" && labels.length === 1)) return;
  throw new RequestError(`rerank: expected a cross-encoder with one score, or a bi-encoder; the model is for ${task}${labels.length > 0 ? ` with the labels ${labels.join(", ")}` : ""}`);
}

/** Throws for a model whose answers are scores or labels: what lies below its head was not trained to be compared. */
export function requireVectors({ pretrained: { task }, labels }: PretrainedText, verb: string): void {
  if (task !== "sequence-classification") return;
  const [gives, ask] = labels.length === 1 ? ["one score (a cross-encoder)", "rerank"] : [`the labels ${labels.slice(0, 8).join(", ")}${labels.length > 8 ? ", ..." : ""}`, "classify"];
  throw new RequestError(`${verb}: expected a model of vectors, such as a bi-encoder; this one gives ${gives}: ask it with ${ask}. The vectors of its encoder are had by fromPretrained(place, { task: "features" })`);
}

/** The only score of each row, as a probability. */
export const firstScores = ({ data }: Pick<HostArray, "data">): number[] => Array.from(data as Float32Array, sigmoid);

/** Cosines of all rows but the first with the first. */
export function cosinesToFirst({ data, shape }: Pick<HostArray, "data" | "shape">): number[] {
  const [rows, width] = shape as [number, number];
  const row = (i: number): Float32Array => (data as Float32Array).subarray(i * width, (i + 1) * width);
  const product = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, k) => sum + value * (b[k] as number), 0);
  const query = row(0);
  return Array.from({ length: rows - 1 }, (_, i) => product(query, row(i + 1)) / (Math.sqrt(product(query, query) * product(row(i + 1), row(i + 1))) || 1));
}

export const indexOfLargest = (values: readonly number[]): number => values.reduce((best, value, i) => (value > (values[best] as number) ? i : best), 0);

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

export function softmax(values: readonly number[]): number[] {
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - largest));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
}
