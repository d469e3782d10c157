/** Training and measuring assembled models on labelled texts, as the toolkits' fine-tuning does. */
import { compile } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { sequentialBatches } from "../../data/index.ts";
import { trainArm } from "../../lab/index.ts";
import type { ArmContext, TrainedArm } from "../../lab/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { AdamW, schedules } from "../../train/index.ts";
import { assemble, continueFrom, textBatches, textCollate } from "../../train/assemble/index.ts";
import type { Assembled, TextCorpus } from "../../train/assemble/index.ts";
import { Classes } from "../../train/assemble/parts/objective/cls.ts";
import type { SectionTexts } from "./section-texts.ts";

export interface TextSettings {
  readonly pretrainSteps: number;
  readonly fineTuneSteps: number;
  readonly batch: number;
  readonly length: number;
  readonly learningRate: number;
  readonly fineTuneRate: number;
  readonly weightDecay: number;
}

/** One stage: a configuration trained on a corpus, from another model's weights where there is one. */
export interface Stage {
  readonly name: string;
  readonly config: object;
  readonly corpus: TextCorpus;
  readonly steps: number;
  readonly learningRate: number;
  readonly progress: readonly [number, number];
}

/** Trains a stage. Models of a seed start from equal weights where their slots are equal; batches are those of the seed. */
export async function trainStage(context: ArmContext<TextSettings>, { tokenizer }: SectionTexts, { name, config, corpus, steps, learningRate, progress }: Stage, before: Assembled | null): Promise<{ readonly model: Assembled; readonly trained: TrainedArm }> {
  const { batch, length, weightDecay } = context.settings;
  const model = assemble({ ...config, vocab_size: tokenizer.vocabularySize }, { random: context.random.child("weights"), where: `${context.arm}, ${name}` });
  if (before !== null) continueFrom(model, before.stateDict());
  const data = textBatches(model.config, { corpus, tokenizer, batch, length, seed: context.seed });
  const optimizer = new AdamW(model, { learningRate, weightDecay, schedule: schedules.cosine({ warmup: Math.ceil(steps / 10), steps }) });
  return { model, trained: await trainArm(context, { model, data, optimizer, steps, clip: 1, stage: name, progress, loss: (fields, mode) => model.forward(fields, mode) }) };
}

/** Share of texts whose class is found. */
export async function textAccuracy(model: Assembled, { tokenizer }: SectionTexts, corpus: TextCorpus, { device, settings: { batch, length } }: Pick<ArmContext<TextSettings>, "device" | "settings">): Promise<number> {
  const head = model.objectives["cls"];
  if (!(head instanceof Classes)) throw new Error('textAccuracy: the model has no objective "cls"');
  const collate = textCollate(model.config, { corpus, tokenizer, length, seed: 0 });
  const run = compile((fields: Record<string, Tensor>) => head.logits(model.statesFor("cls", fields, EVALUATE)).argMax(-1), { device, name: "classify texts" });
  let right = 0;
  for (const { indices, valid } of sequentialBatches(Int32Array.from(corpus.documents.keys()), batch)) {
    const { classes, ...inputs } = collate({ epoch: 0, indices });
    const found = (await run(inputs)).data;
    for (let i = 0; i < valid; i++) if (Number(found[i]) === Number(classes?.data[i])) right++;
  }
  await run.release();
  return right / corpus.documents.length;
}
