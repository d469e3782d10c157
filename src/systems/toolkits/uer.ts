/**
 * UER: An Open-Source Toolkit for Pre-training Models (Zhao et al., arXiv 1909.05658, EMNLP-IJCNLP 2019 demo).
 *
 * A pre-training model is an embedding, an encoder and a target, each picked by name: BERT, GPT and ELMo are three of many
 * combinations. The slots and their parts are in `src/train/assemble`; here it is checked that the choice matters: models
 * that differ in encoder and target are pre-trained on package descriptions and fine-tuned to tell their section.
 *
 * Choices: pooling is a mean over real tokens for all arms, so that encoders without a class token are not set back; the
 * norm is the standard one ("layernorm": "uer" gives UER's own).
 */
import { RandomStream } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { defineSystem, difference, joinStages, tokEn } from "../../lab/index.ts";
import type { ArmContext, ArmResult, PrepareContext, Table } from "../../lab/index.ts";
import { assemble, explain, parseConfig, sampleBatch } from "../../train/assemble/index.ts";
import { textAccuracy, trainStage } from "./classify-texts.ts";
import type { TextSettings } from "./classify-texts.ts";
import { loadSectionTexts, WRITTEN_IN } from "./section-texts.ts";
import type { SectionTexts } from "./section-texts.ts";

const settings = {
  pretrainSteps: 200,
  fineTuneSteps: 150,
  batch: 32,
  length: 48,
  learningRate: 2e-3,
  fineTuneRate: 1e-3,
  weightDecay: 0.01,
  width: 64,
  unlabelled: 20_000,
  train: 1000,
  test: 1000,
};
type Settings = typeof settings & TextSettings;

/** Embedding and encoder of an arm. */
const ENCODERS = {
  lstm: { embedding: ["word"], encoder: "lstm", remove_embedding_layernorm: true },
  gatedcnn: { embedding: ["word"], encoder: "gatedcnn", remove_embedding_layernorm: true },
  bilstm: { embedding: ["word"], encoder: "bilstm", remove_embedding_layernorm: true },
  transformer: { embedding: ["word", "pos", "seg"], encoder: "transformer", mask: "fully_visible" },
  causal: { embedding: ["word", "pos", "seg"], encoder: "transformer", mask: "causal" },
} as const;

interface Recipe {
  readonly encoder: keyof typeof ENCODERS;
  /** Targets of pre-training; none for an arm from scratch. */
  readonly target?: readonly string[];
  /** Whether supervised pre-training on another label follows. */
  readonly supervised?: boolean;
}

const sizes = ({ width, length }: Settings): object => ({ emb_size: width, hidden_size: width, feedforward_size: 4 * width, heads_num: 4, layers_num: 2, max_seq_length: length, pooling: "mean" });

/** Pre-training, supervised pre-training where asked for, fine-tuning: embedding and encoder are carried on, targets are not. */
async function run(context: ArmContext<Settings>, texts: SectionTexts, { encoder, target, supervised = false }: Recipe): Promise<ArmResult> {
  const { pretrainSteps, fineTuneSteps, learningRate, fineTuneRate } = context.settings;
  const slots = { ...sizes(context.settings), ...ENCODERS[encoder] };
  const total = (target === undefined ? 0 : pretrainSteps) + (supervised ? pretrainSteps : 0) + fineTuneSteps;
  let done = 0;
  const share = (steps: number): readonly [number, number] => [done / total, (done += steps) / total];
  const pretrained = target === undefined ? null : await trainStage(context, texts, { name: "pretrain", config: { ...slots, target }, corpus: texts.unlabelled, steps: pretrainSteps, learningRate, progress: share(pretrainSteps) }, null);
  const informed = supervised ? await trainStage(context, texts, { name: "supervised", config: { ...slots, target: ["cls"], labels_num: WRITTEN_IN.length }, corpus: texts.written, steps: pretrainSteps, learningRate, progress: share(pretrainSteps) }, pretrained?.model ?? null) : null;
  // The head of the other label has other classes, so only what lies below it is carried on.
  const before = informed === null ? (pretrained?.model ?? null) : withoutHead(informed.model, slots);
  const tuned = await trainStage(context, texts, { name: "finetune", config: { ...slots, target: ["cls"], labels_num: texts.classes }, corpus: texts.train, steps: fineTuneSteps, learningRate: fineTuneRate, progress: share(fineTuneSteps) }, before);
  const stages = { ...(pretrained === null ? {} : { pretrain: pretrained.trained }), ...(informed === null ? {} : { supervised: informed.trained }), finetune: tuned.trained };
  return { ...joinStages(stages), metrics: { accuracy: await textAccuracy(tuned.model, texts, texts.test, context) } };
}

/** The same weights in a model without objectives. */
function withoutHead(model: ReturnType<typeof assemble>, slots: object): ReturnType<typeof assemble> {
  const bare = assemble({ ...slots, vocab_size: model.config.streams[0]?.vocab_size, target: [] }, { random: RandomStream.of(0) });
  const state = model.stateDict();
  bare.loadStateDict(new Map([...bare.namedParameters().keys()].flatMap((name) => (state.has(name) ? [[name, state.get(name) as never]] : []))));
  return bare;
}

const arm = (name: string, role: "system" | "baseline", description: string, recipe: Recipe): { name: string; role: "system" | "baseline"; description: string; run: (context: ArmContext<Settings>, texts: SectionTexts) => Promise<ArmResult> } => ({ name, role, description, run: (context, texts) => run(context, texts, recipe) });

const gains = (of: string, minus: string, profiles?: readonly ["full"]) => ({ name: `${of} gains 2 points over ${minus}`, effect: difference({ metric: "accuracy", of, minus }), kind: "atLeast" as const, minimumEffect: 0.02, ...(profiles === undefined ? {} : { profiles }) });

/** Models of both papers' sizes, counted from their configurations. */
function publishedTable(): Table {
  const bert = { embedding: ["word", "pos", "seg"], encoder: "transformer", target: ["mlm", "sp"], tie_weights: true };
  const rows: readonly (readonly [string, object])[] = [
    ["BERT-base, 30,522 words", { ...bert, vocab_size: 30_522 }],
    ["BERT-base, 21,128 words", { ...bert, vocab_size: 21_128 }],
    ["tiny, 21,128 words", { ...bert, vocab_size: 21_128, emb_size: 128, heads_num: 2, layers_num: 2 }],
    ["mini, 21,128 words", { ...bert, vocab_size: 21_128, emb_size: 256, heads_num: 4, layers_num: 4 }],
    ["GPT-2, 50,257 words", { embedding: ["word", "pos"], remove_embedding_layernorm: true, encoder: "transformer", mask: "causal", layernorm_positioning: "pre", max_seq_length: 1024, target: ["lm"], tie_weights: true, vocab_size: 50_257 }],
  ];
  return { caption: "Parameters of configurations with UER's keys", columns: ["model", "parameters"], rows: rows.map(([name, config]) => [name, explain(parseConfig(config)).parameters ?? 0]) };
}

export default defineSystem({
  slug: "uer",
  family: "toolkits",
  title: "UER: An Open-Source Toolkit for Pre-training Models",
  arxiv: "1909.05658",
  year: 2019,
  code: "https://github.com/dbiir/UER-py",
  summary:
    "Pre-training models are assembled from an embedding, an encoder and a target that are picked by name from a small JSON file. Which encoder and which target suit a task can then be tried instead of guessed.",
  mechanism: [
    "Embeddings of words, places and segments are summed; a subencoder may add what it reads from each word's characters.",
    "An encoder turns them into states: transformer with a mask, LSTM, GRU, two separate stacks for both ways, gated convolutions, attention alone, or mixtures.",
    "Targets read the states: masked words, next words, both ways with one output map, sentence pairs, classes; losses of several are summed.",
    "A processor makes rows of a corpus for a target: segments 1 and 2, padding 0, masks drawn anew each time.",
    "For fine-tuning embedding and encoder are kept, the target is dropped, and a new head starts fresh.",
  ],
  checks: [
    "parameter counts of BERT-base, tiny, mini and GPT-2 from their configurations",
    "two separate LSTM stacks do not see each other's side; a centred convolution does",
    "gpt, lstm and gatedcnn predict without seeing ahead",
    "a pre-trained and a fresh model have the same shapes, and only heads differ after carrying weights on",
    "a mean over real tokens counts segment 2 once, and padding never",
  ],
  deviations: [
    { what: "pooling uses a mask of zeros and ones", why: "the first release multiplies states by segment ids, so tokens of the second segment count twice in a mean" },
    { what: "one bias for each gated convolution", why: "the toolkit adds a second one that the first makes redundant" },
    { what: "sections of packages instead of book reviews", why: "the reviews are Chinese; descriptions are real, English and loaded from a package" },
    { what: "heads start from the usual uniform values instead of N(0, 0.02)", why: "at width 64 those are so small that the classes of the recurrent encoders hardly move in 150 steps" },
  ],
  use: [
    { verb: "reprise assemble config.json --explain", description: "slots, shapes, parameters, masks, and what does not fit" },
    { verb: "reprise pretrain config.json --data FILE...", description: "trains the model on your own texts; --from carries on weights under other targets" },
  ],
  knobs: [
    { name: "pretrainSteps", description: "updates before fine-tuning", values: [100, 200, 400, 800] },
    { name: "width", description: "of embeddings and encoder", values: [64, 128] },
  ],
  published: () => [publishedTable()],
  experiment: {
    equal: "steps",
    foundations: [tokEn],
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: ["lstm scratch", "lstm lm", "transformer scratch", "transformer mlm", "transformer mlm+sp", "transformer lm"], settings: { ...settings, batch: 16, length: 32, unlabelled: 6000, test: 600 } },
      full: { seeds: [1, 2, 3], minutes: 40, settings },
    },
    prepare: (context: PrepareContext<Settings>): Promise<SectionTexts> => loadSectionTexts(context, context.settings),
    arms: [
      arm("lstm scratch", "baseline", "fine-tuning alone", { encoder: "lstm" }),
      arm("lstm lm", "system", "next words, then fine-tuning", { encoder: "lstm", target: ["lm"] }),
      arm("lstm lm then cls", "system", "next words, then the language a package is written in, then fine-tuning", { encoder: "lstm", target: ["lm"], supervised: true }),
      arm("transformer scratch", "baseline", "fine-tuning alone", { encoder: "transformer" }),
      arm("transformer mlm", "system", "masked words, then fine-tuning", { encoder: "transformer", target: ["mlm"] }),
      arm("transformer mlm+sp", "system", "masked words and next segments, then fine-tuning", { encoder: "transformer", target: ["mlm", "sp"] }),
      arm("transformer lm", "system", "next words under a causal mask, then fine-tuning under it", { encoder: "causal", target: ["lm"] }),
      arm("transformer causal scratch", "baseline", "fine-tuning alone under a causal mask", { encoder: "causal" }),
      arm("bilstm scratch", "baseline", "fine-tuning alone", { encoder: "bilstm" }),
      arm("bilstm bilm", "system", "neighbouring words of both ways, then fine-tuning", { encoder: "bilstm", target: ["bilm"] }),
      arm("gatedcnn scratch", "baseline", "fine-tuning alone", { encoder: "gatedcnn" }),
      arm("gatedcnn lm", "system", "next words, then fine-tuning", { encoder: "gatedcnn", target: ["lm"] }),
    ],
    tried: ["a first quick run had 120 and 80 steps and heads of N(0, 0.02): the fine-tuning loss of the recurrent arms stayed at that of chance, so heads got the initial values of all other maps and quick the steps of full"],
    claim: {
      paper: "On book reviews a two-layer LSTM reaches 86.5 after language modelling and supervised pre-training, 80.2 without; BERT goes from 87.5 to 88.1 with its own targets on the reviews, 88.3 with masked words only and 88.5 with classes.",
      metric: "accuracy on test descriptions (desc/sec12), chance 1/12",
      expected: "every pre-trained model beats its own scratch by 2 points, and masked words alone are not worse than with sentence pairs",
      conditions: [
        gains("lstm lm", "lstm scratch"),
        gains("transformer mlm", "transformer scratch"),
        { name: "masked words alone are not worse than with sentence pairs", effect: difference({ metric: "accuracy", of: "transformer mlm", minus: "transformer mlm+sp" }), kind: "atLeast", minimumEffect: 0, role: "main" },
        gains("lstm lm then cls", "lstm scratch", ["full"]),
        gains("transformer mlm+sp", "transformer scratch", ["full"]),
        gains("transformer lm", "transformer causal scratch", ["full"]),
        gains("bilstm bilm", "bilstm scratch", ["full"]),
        gains("gatedcnn lm", "gatedcnn scratch", ["full"]),
      ],
    },
  },
  probe: async () => {
    const config = parseConfig({ vocab_size: 30, emb_size: 16, heads_num: 2, layers_num: 1, max_seq_length: 16, dropout: 0, embedding: ["word", "pos", "seg"], target: ["mlm", "sp"], tie_weights: true });
    return {
      module: assemble(config, { random: RandomStream.of(1) }),
      batch: sampleBatch(config, { random: RandomStream.of(2) }),
      loss: (module, batch) => (module as ReturnType<typeof assemble>).forward(batch as Parameters<ReturnType<typeof assemble>["forward"]>[0], EVALUATE).loss,
    };
  },
});
