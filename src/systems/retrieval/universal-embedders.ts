/**
 * Language Models are Universal Embedders (arXiv 2310.08232): a causal language model that has read many languages, tuned on
 * English pairs by its biases alone, embeds the other languages and code too. Checked: a small multilingual language model,
 * raw and tuned by biases or in whole, against a twin that read English only; translated summaries seek English descriptions.
 */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { AdamW, metrics, schedules } from "../../train/index.ts";
import { BITEXT_LANGUAGES } from "../../data/index.ts";
import type { BitextLanguage } from "../../data/index.ts";
import { defineSystem, difference, mean, ratio, trainArm } from "../../lab/index.ts";
import type { ArmContext, ArmResult, Foundation, PrepareContext, TrainedArm } from "../../lab/index.ts";
import { bloom, bm25Negatives, bm25Runs, decMulti, decMultiEn, decMultiOf, decMultiSettings, hardNegativeBatches, loadCrossLingual, randomFields, READ_LANGUAGES, vectorRuns } from "../../lab/text/index.ts";
import type { BiEncoder, CrossLingual, SearchTask } from "../../lab/text/index.ts";
import { universalEmbeddersRecipe } from "./universal-embedders-recipe.ts";
import { BITFIT, embed, embedderLoss, roleRows, universalEmbedder } from "./universal-embedders-model.ts";

const settings = {
  steps: 150,
  batch: 32,
  lengths: { query: 24, document: 48 },
  /** Peak learning rates, constant after a tenth of warm-up. */
  learningRate: { biases: 5e-3, whole: 5e-4 },
  queries: 300,
};
type Settings = typeof settings;

interface Shared extends CrossLingual {
  readonly negatives: readonly (readonly number[])[];
}

async function prepare({ random, ...context }: PrepareContext<Settings>): Promise<Shared> {
  const data = await loadCrossLingual(context);
  return { ...data, negatives: bm25Negatives(data.train, data.train.queries.map((_, i) => [i, i] as const), 1, random.child("negatives")) };
}

interface Variant {
  readonly foundation: Foundation;
  readonly tuning: "none" | "biases" | "whole";
}

/** Tunes a language model on English pairs, then searches in every language and in code. */
async function tune(context: ArmContext<Settings>, shared: Shared, { foundation, tuning }: Variant): Promise<ArmResult> {
  const { settings: { steps, batch, lengths, learningRate }, seed } = context;
  const { model: lm, tokenizer } = decMultiOf(context.foundation(foundation));
  const model = universalEmbedder({ model: lm, heads: decMultiSettings.heads, separator: tokenizer.special.sep ?? 0 });
  const trained: TrainedArm = tuning === "none"
    ? { parameters: model.parameterCount(), flopsPerStep: 0, steps: 0, seconds: 0, curves: {} }
    : await trainArm(context, {
        model,
        steps,
        clip: 1,
        data: hardNegativeBatches({
          queries: roleRows(tokenizer, shared.train.queries, "query", lengths.query),
          documents: roleRows(tokenizer, shared.train.documents, "document", lengths.document),
          pairs: shared.train.queries.map((_, i) => [i, i] as const), negatives: shared.negatives, lengths, batch, seed,
        }),
        optimizer: new AdamW(model, { learningRate: learningRate[tuning], weightDecay: 0.01, groups: tuning === "biases" ? BITFIT : [], schedule: schedules.warmup(Math.ceil(steps / 10)) }),
        loss: (tensors, mode) => embedderLoss(model, tensors, mode),
        unused: "zero",
      });
  return { ...trained, ...(await judge(context, shared, model, tokenizer)) };
}

const recallOf = ({ relevant }: SearchTask, found: readonly (readonly number[])[]): number =>
  metrics.rankings(found.map((items, query) => ({ found: items, relevant: relevant[query] as ReadonlyMap<number, number> })), [10]).recallAt[10] as number;

async function judge(context: ArmContext<Settings>, { languages, code }: Shared, model: BiEncoder, tokenizer: Parameters<typeof embed>[1]): Promise<Pick<ArmResult, "metrics" | "tables">> {
  const { lengths, queries } = context.settings;
  const vectors = (texts: readonly string[], role: "query" | "document") => embed(model, tokenizer, texts, { role, maximum: lengths[role], device: context.device, signal: context.signal });
  const search = async (task: SearchTask, documents: Awaited<ReturnType<typeof vectors>>): Promise<{ readonly recall: number; readonly words: number }> => {
    const asked = { ...task, queries: task.queries.slice(0, queries), relevant: task.relevant.slice(0, queries) };
    return { recall: recallOf(asked, await vectorRuns(documents, await vectors(asked.queries, "query"), { depth: 10, device: context.device })), words: recallOf(asked, bm25Runs(task.documents, asked.queries, 10)) };
  };
  const index = await vectors(languages.en.documents, "document");
  const found = new Map<string, { readonly recall: number; readonly words: number }>();
  for (const language of ["en", ...BITEXT_LANGUAGES] as const) found.set(language, await search(languages[language], index));
  found.set("code", await search(code, await vectors(code.documents, "document")));
  const recall = (name: BitextLanguage | "en" | "code"): number => found.get(name)?.recall ?? NaN;
  return {
    metrics: { foreign: mean(READ_LANGUAGES.map(recall)), unread: recall("es"), english: recall("en"), code: recall("code") },
    tables: [{ caption: "R@10, BM25 beside it; Spanish was not read in pre-training", columns: ["queries", "R@10", "BM25"], rows: [...found].map(([name, { recall: own, words }]) => [name, (100 * own).toFixed(1), (100 * words).toFixed(1)]) }],
  };
}

export default defineSystem({
  slug: "universal-embedders",
  family: "retrieval",
  title: "Language Models are Universal Embedders",
  arxiv: "2310.08232",
  year: 2023,
  summary:
    "A language model that has read many languages already knows which texts say the same; it only has to be asked for vectors. English pairs and the biases alone teach it that, and what it knows of other languages and of code comes along without pairs of theirs.",
  mechanism: [
    "A text stands between two role tokens, one pair for queries and one for documents; under the causal mask only the closing token has read it all, and its state is the vector.",
    "The training pairs are English: each query's document among those of the batch and hard negatives, cosine / 0.05.",
    "BitFit: biases and the role tokens are trained, every matrix stays as pre-training left it.",
    "Other languages and code are tested as they are.",
  ],
  checks: [
    "BLOOM-560M has 559,214,592 parameters, 272,384 of them biases",
    "nothing placed after the closing token changes a vector",
    "after tuning the biases every other parameter of the language model is the same bit for bit, and biases are not",
    "without a step the vector is the language model's own state",
    "queries and documents have role tokens of their own",
  ],
  deviations: [
    { what: "dec-multi, 0.8 million parameters beside its word table, instead of BLOOM of 560 million to 7 billion", why: "trained here on what package descriptions there are in English, Danish, German, French and Italian" },
    { what: "summaries with descriptions and glosses with examples instead of SNLI, MultiNLI and MS MARCO; one hard negative by BM25", why: "English pairs of both kinds that are at hand; queries are one side only" },
    { what: "5e-3 for biases and 5e-4 for the whole model instead of 1e-4", why: "150 steps of 32 instead of three epochs in batches of 1,024; set before the first run" },
    { what: "Danish, German, French and Italian, and Spanish that pre-training never read, instead of the many languages of BLOOM", why: "the languages in which package descriptions are translated often enough" },
    { what: "role tokens begin as the separator that ends documents", why: "the raw model then closes a text with a token it has read" },
    { what: "code search seeks name and file of a class or function, not its body", why: "the source of docstrings keeps no bodies" },
    { what: "pre-training has no emoji names and no lines of user interfaces", why: "summaries side by side with their translation are the only anchor, 1,200 lines in all" },
  ],
  textRecipe: universalEmbeddersRecipe,
  use: [
    { verb: "reprise train universal-embedders --data pairs.jsonl --base my-language-model --out my-embedder", description: "role tokens and the biases of a causal language model of Hugging Face, tuned on pairs" },
    { verb: "embed(texts, { role: \"query\" })", description: "one embedder for texts of several languages and code; role \"document\" for what is searched" },
  ],
  knobs: [{ name: "steps", description: "steps of tuning on English pairs", values: [50, 150, 500] }],
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, settings },
      full: { seeds: [1, 2], minutes: 6, settings },
    },
    foundations: [decMulti, decMultiEn],
    prepare,
    arms: [
      { name: "multi, biases", role: "system", description: "dec-multi, BitFit", run: (context, shared) => tune(context, shared, { foundation: decMulti, tuning: "biases" }) },
      { name: "multi, raw", role: "floor", description: "dec-multi as pre-training left it", run: (context, shared) => tune(context, shared, { foundation: decMulti, tuning: "none" }) },
      { name: "English, biases", role: "baseline", description: "the twin that read English only, BitFit", run: (context, shared) => tune(context, shared, { foundation: decMultiEn, tuning: "biases" }) },
      { name: "English, raw", role: "floor", description: "that twin as pre-training left it: what tuning gives it", run: (context, shared) => tune(context, shared, { foundation: decMultiEn, tuning: "none" }) },
      { name: "multi, whole", role: "ablation", description: "dec-multi, all parameters tuned", run: (context, shared) => tune(context, shared, { foundation: decMulti, tuning: "whole" }) },
    ],
    claim: {
      paper: "multilingual decoders tuned on English pairs are competitive in other languages and in code search without supervision there",
      metric: "R@10 of summaries in Danish, German, French and Italian that seek English descriptions, the mean of four languages",
      expected: "tuning gains 10 points in languages without pairs, the multilingual model beats the English one there by 10, and biases alone reach 90% of full tuning",
      conditions: [
        { name: "in other languages tuned beats raw by 10 points", effect: difference({ metric: "foreign", of: "multi, biases", minus: "multi, raw" }), kind: "atLeast", minimumEffect: 0.1 },
        { name: "in other languages the multilingual model beats the English one by 10 points", effect: difference({ metric: "foreign", of: "multi, biases", minus: "English, biases" }), kind: "atLeast", minimumEffect: 0.1 },
        { name: "biases alone reach 90% of full tuning", effect: ratio({ metric: "foreign", of: "multi, biases", over: "multi, whole" }), kind: "atLeast", minimumEffect: 0.9 },
      ],
    },
    tried: ["steps and pairs are those of the specification, other values were set before the first run; nothing was tuned", "the English twin without tuning was added after the first full run, in which the tuned twin was ahead; no condition reads it"],
  },
  probe: () => {
    const lm = bloom(RandomStream.of(1), { vocabulary: 40, width: 16, depth: 1, heads: 2, hidden: 32 });
    const module = universalEmbedder({ model: lm, heads: 2, separator: 2 });
    const random = RandomStream.of(2);
    // Role tokens stand at both ends.
    const side = (name: "query" | "document" | "negative", open: number, length: number): Record<string, HostArray> => ({
      ...randomFields(name, { random, rows: 4, length }),
      [`${name}Segments`]: hostArray(Int32Array.from({ length: 4 * length }, (_, i) => (i % length === 0 ? open : i % length === length - 1 ? open + 1 : 0)), [4, length]),
    });
    const batch = { ...side("query", 1, 5), ...side("document", 3, 7), ...side("negative", 3, 7) };
    return Promise.resolve({ module, batch, loss: (model: BiEncoder, tensors: Parameters<typeof embedderLoss>[1]) => embedderLoss(model, tensors, EVALUATE).loss });
  },
});
