/** Training a classifier from a few examples and a description of each class, and its folder. It takes seconds: a run that was broken off begins anew. */
import { join } from "node:path";
import { parseSettings, SILENT } from "../../lab/index.ts";
import type { FewShotRecipe, LabelledExample } from "../../lab/index.ts";
import { ResumeRefused } from "../../lab/run-identity.ts";
import { hashOfArrays } from "../../train/index.ts";
import { beginRun, begunRun, merged, readIfThere, requireSameRun } from "../begun-run.ts";
import { fromPretrained } from "../huggingface/from-pretrained.ts";
import { RequestError } from "../request-error.ts";
import { pretrainedBase, tinyModel } from "./base-model.ts";
import { fitByRecipe, saveFewShot } from "./few-shot.ts";
import { fillsMasks, USUAL_TEMPLATE } from "./mask-box.ts";
import { fingerprintOf, readDescriptions, readTextData, textsOf } from "./read-text-data.ts";
import type { ReadTextOptions, TextData } from "./read-text-data.ts";
import { FEW_SHOT_SETTINGS } from "./text-settings.ts";
import type { FewShotSettings } from "./text-settings.ts";
import type { TrainedText, TrainTextOptions } from "./train-recipe.ts";

/** What must be equal for a run to be continued. */
interface FewShotIdentity {
  readonly method: string;
  readonly version: number;
  readonly base: string;
  readonly settings: FewShotSettings;
  readonly descriptions: Readonly<Record<string, string>>;
  readonly data: { readonly count: number; readonly fingerprint: string; readonly evaluation: string | null };
}

/** Single texts with one label each. */
async function readExamples(method: string, data: string | TextData, options: ReadTextOptions) {
  const read = await readTextData(data, ["labelled"], options);
  const examples = read.records.map(({ text, pair, labels }): LabelledExample => {
    const [label, ...others] = labels;
    if (pair !== undefined) throw new RequestError(`${method} takes single texts; ${JSON.stringify(text.slice(0, 60))} has a second one (pair), which train classifier reads`);
    if (label === undefined || others.length > 0) throw new RequestError(`${method} takes texts with one label each; ${JSON.stringify(text.slice(0, 60))} has ${labels.length}`);
    return { text, label };
  });
  return { read, examples, fingerprint: await fingerprintOf(read) };
}

/** What `trainText` does for a system that learns from a few examples: see there. The folder it leaves is its base's, with the classifier beside; `openFewShot` opens it. */
export async function trainFewShot(method: string, recipe: FewShotRecipe, data: string | TextData, options: TrainTextOptions): Promise<TrainedText> {
  const { out, base = "tiny", resume = false, progress = SILENT, device, signal } = options;
  if (options.loss !== undefined) throw new RequestError(`${method} has a loss of its own; leave out --loss`);
  if (options.descriptions === undefined) throw new RequestError(`${method} reads a description of each class: give --labels, a file of records with label and description`);
  const begun = await begunRun<FewShotIdentity>(out);
  const finished = (await readIfThere(join(out, "config.json"))) !== undefined;
  if (!resume && (begun !== undefined || finished)) throw new ResumeRefused(`${out} already holds a ${finished ? "model" : "begun run"}; pass --resume to continue it, or another directory`);
  const settings = parseSettings(FEW_SHOT_SETTINGS, resume && begun !== undefined ? merged(begun.settings, options.settings ?? {}) : (options.settings ?? {}), `${method}: settings`);
  const { read, examples, fingerprint } = await readExamples(method, data, options);
  const development = options.evaluation === undefined ? undefined : await readExamples(method, options.evaluation, options);
  const descriptions = await readDescriptions(options.descriptions, options);
  const baseOptions = { task: "features", labels: [], seed: settings.seed, device } as const;
  const model = base === "tiny" ? tinyModel([...textsOf(read), ...Object.values(descriptions)], settings.tiny, baseOptions) : await pretrainedBase(base, baseOptions);
  const template = settings.template ?? (fillsMasks(model) ? USUAL_TEMPLATE : "");
  const identity: FewShotIdentity = {
    method, version: recipe.version, settings, descriptions,
    base: base === "tiny" ? base : await hashOfArrays(model.module.stateDict()),
    data: { count: examples.length, fingerprint, evaluation: development?.fingerprint ?? null },
  };
  if (begun !== undefined) requireSameRun(begun, identity, out);
  const about = { loss: "cross-entropy", records: examples.length, broken: read.broken, lastLoss: null, kept: {} };
  if (finished) {
    progress.message(`${out}: finished already`);
    return { ...about, model: await fromPretrained(out, { task: "features", device }), steps: settings.steps, best: null };
  }
  return beginRun(out, identity, async () => {
    const { steps, learningRate, seed } = settings;
    const classifier = await fitByRecipe(recipe, model, template, examples, descriptions, { development: development?.examples, steps, learningRate, seed, device, signal });
    await saveFewShot(out, method, recipe, classifier, model, template);
    const { parameters, chosen, development: accuracy } = classifier;
    return { ...about, model, steps, best: { step: chosen, metrics: { accuracy } }, tuned: { added: parameters, trained: parameters, frozen: model.module.parameterCount() } };
  });
}
