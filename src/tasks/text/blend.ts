/** Choosing among the answers of any generators by comparing two at a time, and fusing the best (LLM-Blender, arXiv 2306.02561). */
import { RandomStream } from "../../engine/index.ts";
import { bothCandidates } from "../../systems/retrieval/llm-blender-recipe.ts";
import { bothOrders, bubbleBestOf, fuserInput, maxLogits, orderedPairs, ranking } from "../../systems/retrieval/llm-blender-tournament.ts";
import type { PretrainedText } from "../huggingface/pretrained-text.ts";
import { RequestError } from "../request-error.ts";
import type { RankedText } from "./score-texts.ts";

export interface RankCandidatesOptions {
  /** `full`: all comparisons, n (n - 1) passes, a ranking. `bubble`: 2 (n - 1) passes, the best one only. Default full. */
  readonly method?: "full" | "bubble";
  /** Of the order in which `bubble` compares; default 1. */
  readonly seed?: number;
}

/** What compares: a model of `train llm-blender`. */
export type Comparer = Pick<PretrainedText, "scores" | "labels">;

function requireComparer({ labels }: Comparer): void {
  if (labels.length !== 1) throw new RequestError(`rankCandidates: expected a model of train llm-blender, which has one score; this one has ${labels.length === 0 ? "none" : labels.join(", ")}`);
}

/** Scores of ordered comparisons, as they are read. */
async function compared(model: Comparer, input: string, pairs: readonly (readonly [left: string, right: string])[]): Promise<number[]> {
  requireComparer(model);
  const { data } = await model.scores(pairs.map(([left, right]) => [input, bothCandidates(left, right)] as const));
  return Array.from(data as Float32Array);
}

/** How much better `a` answers than `b`: above 0 when it does. Read in both orders, so that exchanging them changes the sign only. */
export async function compareTexts(model: Comparer, input: string, a: string, b: string): Promise<number> {
  const [first, second] = (await compared(model, input, [[a, b], [b, a]])) as [number, number];
  return (first - second) / 2;
}

/**
 * Candidates for each input, the best first; by `bubble` the best only.
 *
 * ```ts
 * const [[best]] = await rankCandidates(model, ["Say hello"], [["Hello!", "No."]]);
 * ```
 */
export async function rankCandidates(model: Comparer, inputs: readonly string[], candidates: readonly (readonly string[])[], { method = "full", seed = 1 }: RankCandidatesOptions = {}): Promise<RankedText[][]> {
  if (inputs.length !== candidates.length) throw new RequestError(`rankCandidates: ${inputs.length} inputs need as many lists of candidates, got ${candidates.length}`);
  const ranked: RankedText[][] = [];
  for (const [i, input] of inputs.entries()) {
    const own = candidates[i] as readonly string[];
    ranked.push(method === "full" ? await byAll(model, input, own) : await byOnePass(model, input, own, RandomStream.of(seed, "bubble", i)));
  }
  return ranked;
}

async function byAll(model: Comparer, input: string, candidates: readonly string[]): Promise<RankedText[]> {
  const n = candidates.length;
  if (n < 2) return candidates.map((_, index) => ({ index, score: 0 }));
  const pairs = orderedPairs(n);
  const values = await compared(model, input, pairs.map(([i, j]) => [candidates[i] as string, candidates[j] as string]));
  const places = new Map(pairs.map(([i, j], place) => [i * n + j, values[place] as number]));
  const scores = maxLogits(n, bothOrders((i, j) => places.get(i * n + j) as number)).map((score) => score / (2 * (n - 1))); // mean comparison with the others
  return ranking(scores).map((index) => ({ index, score: scores[index] as number }));
}

async function byOnePass(model: Comparer, input: string, candidates: readonly string[], random: RandomStream): Promise<RankedText[]> {
  if (candidates.length === 0) return [];
  const index = await bubbleBestOf(candidates.length, async (i, j) => (await compared(model, input, [[candidates[i] as string, candidates[j] as string]]))[0] as number, random);
  return [{ index, score: 0 }];
}

/** One answer from the best candidates, written by a model of your own that is given them with the input. */
export const fuse = <T>(write: (prompt: string) => T, input: string, ranked: readonly string[], top = 3): T => write(fuserInput(input, ranked.slice(0, top)));
