/**
 * RetroMAE v2: Duplex Masked Auto-Encoder For Pre-Training Retrieval-Oriented Language Models (arXiv 2211.08769): DupMAE.
 *
 * A masked language model's first state must rebuild the whole text through a decoder of one layer, and the other states
 * together must name its words. The claim: a retriever that starts from there beats one that starts from masked language
 * modelling alone, and the second task adds to the first. Checked: three objectives continue bert-en on unlabelled
 * descriptions for equal steps; then their first states search, frozen and after the same fine-tuning.
 */
import { RandomStream } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../../train/index.ts";
import { trainBytePairs } from "../../data/index.ts";
import { defineSystem, difference } from "../../lab/index.ts";
import type { ArmContext, ArmResult, PrepareContext } from "../../lab/index.ts";
import { Bert, bertEn, bertOf, bindItems, judgeFirstToken, judgeRetrievers, maskedModelOf, maskedWords, prepareSearchPretraining, pretrainForSearch, textRows } from "../../lab/text/index.ts";
import type { RowSet, SearchPretrainingLab } from "../../lab/text/index.ts";
import { DUPMAE, DupMae, dupmaeBatch, dupmaeBatches, dupmaeLoss } from "./dupmae-model.ts";
import { duplexRetriever } from "./dupmae-retriever.ts";
import { textPretraining } from "./dupmae-pretraining.ts";

const settings = {
  pretrain: { steps: 400, batch: 32, length: 64, learningRate: 5e-4 },
  finetune: { steps: 100, batch: 32, pairs: 1000, learningRate: 3e-4 },
  lengths: { query: 16, document: 48 },
  queries: 300,
  index: 4000,
  /** Weight of the token branch. */
  bagWeight: DUPMAE.bagWeight as number,
  /** Features of the dense part and words of the sparse part of a document: together the encoder's width, as in the paper. */
  reduced: 64,
  kept: 64,
};
type Settings = typeof settings;

interface Shared extends SearchPretrainingLab {
  readonly corpus: RowSet;
}

async function prepare(context: PrepareContext<Settings>): Promise<Shared> {
  const lab = await prepareSearchPretraining(context);
  return { ...lab, corpus: textRows(lab.tokenizer, lab.texts, context.settings.pretrain.length) };
}

const WEIGHTS = "pretrained.safetensors";

/** Continues bert-en with one objective, then searches. `against`: earlier arms to compare with query by query. */
async function continueBert(context: ArmContext<Settings>, shared: Shared, objective: "masked words" | "RetroMAE" | "DupMAE", against: readonly string[] = []): Promise<ArmResult> {
  const { settings: { pretrain: { batch, length }, bagWeight }, seed, random } = context;
  const bert = bertOf(context.foundation(bertEn));
  const masked = maskedModelOf(bert);
  const model = new DupMae(random.child("weights"), masked);
  const data = dupmaeBatches(shared.corpus, shared.tokenizer, { batch, length, seed });
  const trained = objective === "masked words"
    ? await pretrainForSearch(context, bert.model, data, (tensors, mode) => ({ loss: maskedWords(masked, tensors, mode).masked }))
    : await pretrainForSearch(context, model, data, (tensors, mode) => dupmaeLoss(model, tensors, mode, { bagWeight: objective === "RetroMAE" ? 0 : bagWeight }));
  await context.artifacts.write(WEIGHTS, encodeSafetensors(bert.model.stateDict()));
  return judgeFirstToken(context, shared, trained, bert, against);
}

/** The weights of an earlier arm, searching with dense and sparse part. */
async function searchBothWays(context: ArmContext<Settings>, shared: Shared, arm: string): Promise<ArmResult> {
  const weights = await context.artifactsOf(arm).read(WEIGHTS);
  if (weights === undefined) throw new Error(`arm "${context.arm}": arm "${arm}" kept no weights`);
  const bert = bertOf(context.foundation(bertEn));
  bert.model.loadStateDict(decodeSafetensors(weights).tensors);
  const { kept, reduced: width } = context.settings;
  const random = context.random.child("weights");
  const [frozen, tuned] = [duplexRetriever(maskedModelOf(bert), { random, kept }), duplexRetriever(maskedModelOf(bert), { random, kept, width })];
  return judgeRetrievers(context, shared, undefined, { frozen, tuned, against: [arm] });
}

export default defineSystem({
  slug: "dupmae",
  family: "retrieval",
  title: "RetroMAE v2: Duplex Masked Auto-Encoder For Pre-Training Retrieval-Oriented Language Models",
  arxiv: "2211.08769",
  year: 2022,
  code: "https://github.com/staoxiao/RetroMAE",
  summary:
    "Masked language modelling asks single tokens about single words, so nothing makes the first token's state stand for the text. DupMAE adds two questions that are thrown away afterwards: a decoder of one layer must rebuild every word from that state, and the other states together must name the words of the text.",
  mechanism: [
    "Whole words, 30% of the tokens, are hidden; the encoder restores them as BERT does.",
    "One decoder layer asks with the first state at every position and reads that state and the clean tokens; each row sees half of the words, drawn anew, and never its own token, so every token is predicted at once.",
    "Word and position tables and the head are the encoder's: the decoder adds one layer.",
    "The logits of the other states are reduced to their maximum over positions, and the words of the text are predicted from it, each weighted by its share; weight 0.1.",
    "For search, documents keep a reduced first state and the heaviest words of that maximum; the score is the sum of both inner products.",
  ],
  checks: [
    "the decoder is one BERT layer and nothing else is new",
    "a place does not change with its own clean token; rows offer whole words up to half of the tokens, drawn anew for each row",
    "the bag-of-words loss of a text worked out by hand",
    "with everything visible and no first state the decoder's loss does not depend on the encoder's layers",
    "a document's score is the dense plus the sparse inner product, and words it did not keep add nothing",
  ],
  deviations: [
    { what: "starts from bert-en, 200 to 400 steps of 32 rows of 64 tokens at 5e-4", why: "the paper trains 8 and 20 epochs at 1e-4; the steps are those of the specification, the same for all arms" },
    { what: "the main comparison searches with the first state alone, and joins the sparse part in an arm of its own", why: "all objectives are then judged by the same retriever; the released retrieval code also uses the first state" },
    { what: "64 features and 64 words instead of 384 and 384, and logits divided by the number of words", why: "together the encoder's width, as in the paper; the scale of the scores is not given" },
    { what: "fine-tuning on 1,000 pairs with in-batch negatives", why: "the specification's; the paper mines hard negatives on MS MARCO" },
  ],
  use: [
    { verb: "reprise train dupmae --data corpus.txt --out my-bert", description: "a BERT of yours, or a new one, learns from plain texts to make vectors for search" },
    { verb: "embed(texts)", description: "vectors of the model it leaves; train a bi-encoder on it when you have pairs" },
  ],
  knobs: [
    { name: "bagWeight", description: "weight of the bag of words; 0 is RetroMAE", values: [0, 0.01, 0.1, 1] },
    { name: "kept", description: "words that a document keeps for the sparse part", values: [16, 64, 256] },
  ],
  textPretraining,
  experiment: {
    equal: "steps",
    profiles: {
      quick: { seeds: [1], minutes: 2, arms: ["masked words", "RetroMAE", "DupMAE"], settings: { ...settings, pretrain: { ...settings.pretrain, steps: 200 }, index: 2000 } },
      full: { seeds: [1, 2, 3], minutes: 30, settings },
    },
    foundations: [bertEn],
    prepare,
    arms: [
      { name: "masked words", role: "baseline", description: "masked language modelling alone, the same masks", run: (context, shared) => continueBert(context, shared, "masked words") },
      { name: "RetroMAE", role: "baseline", description: "with the decoder on the first state", run: (context, shared) => continueBert(context, shared, "RetroMAE", ["masked words"]) },
      { name: "DupMAE", role: "system", description: "with the bag of words from the other states too", run: (context, shared) => continueBert(context, shared, "DupMAE", ["RetroMAE"]) },
      { name: "DupMAE, dense and sparse", role: "system", description: "the same weights, searching with the reduced first state and the heaviest words; only fine-tuning is counted", run: (context, shared) => searchBothWays(context, shared, "DupMAE") },
      { name: "RetroMAE, dense and sparse", role: "ablation", description: "RetroMAE's weights with the same retriever: its other states were not asked for words", run: (context, shared) => searchBothWays(context, shared, "RetroMAE") },
    ],
    claim: {
      paper: "the mean over BEIR is 0.371 for BERT, 0.452 for RetroMAE and 0.491 for DupMAE",
      metric: "nDCG@10 of summaries seeking descriptions, inside the fine-tuned sections and in games, graphics, sound and video; zero-shot is the frozen encoder's mean of both",
      expected: "after fine-tuning RetroMAE beats masked words by 2 points in the mean of both domains, and DupMAE beats RetroMAE by half a point zero-shot and outside",
      conditions: [
        { name: "fine-tuned, RetroMAE beats masked words by 2 points", effect: difference({ metric: "tuned", of: "RetroMAE", minus: "masked words" }), kind: "atLeast", minimumEffect: 0.02 },
        { name: "zero-shot, DupMAE beats RetroMAE by half a point", effect: difference({ metric: "zeroShot", of: "DupMAE", minus: "RetroMAE" }), kind: "atLeast", minimumEffect: 0.005 },
        { name: "outside, DupMAE beats RetroMAE by half a point", effect: difference({ metric: "outside", of: "DupMAE", minus: "RetroMAE" }), kind: "atLeast", minimumEffect: 0.005 },
        { name: "dense and sparse, DupMAE beats RetroMAE by half a point", effect: difference({ metric: "tuned", of: "DupMAE, dense and sparse", minus: "RetroMAE, dense and sparse" }), kind: "atLeast", minimumEffect: 0.005, role: "side", profiles: ["full"] },
      ],
    },
    tried: ["steps, lengths, rates and pairs are those of the specification, other values were set before the first run; nothing was tuned"],
  },
  probe: () => {
    const texts = bindItems("train", 4).map(({ context }) => context);
    const tokenizer = trainBytePairs(texts, { size: 300 });
    const sizes = { width: 16, depth: 1, heads: 2, positions: 16 };
    const bert = new Bert({ random: RandomStream.of(1), vocabulary: tokenizer.vocabularySize, ...sizes });
    const module = new DupMae(RandomStream.of(2), maskedModelOf({ model: bert, sizes }));
    const batch = dupmaeBatch(RandomStream.of(3), textRows(tokenizer, texts, 16).rows, 16, tokenizer);
    return Promise.resolve({ module, batch, loss: (model: DupMae, tensors: Parameters<typeof dupmaeLoss>[1]) => dupmaeLoss(model, tensors, EVALUATE).loss });
  },
});
