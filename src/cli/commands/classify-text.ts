/** `reprise classify DIR` of a model of texts: its own labels, or with `--labels` the best of labels in words, as JSON Lines. */
import { chosenDevice } from "../device.ts";
import { UsageError } from "../errors.ts";
import type { CliPorts } from "../ports.ts";
import type { ClassifyCommandOptions } from "./classify.ts";
import { plainTextsFrom, progressBesideLines, rounded, textsFrom, withTextModel } from "./text-options.ts";
import { calibrateZeroShot, classifyTexts, classifyZeroShot, inputOf, isAssembledFolder, isFewShot, openAssembled, openFewShot, readingProgress } from "../../tasks/index.ts";
import type { PretrainedText } from "../../tasks/index.ts";
import { chunksOf } from "../../tasks/text/embed-texts.ts";

const CHUNK = 512;

export async function classifyText(ports: CliPorts, place: string, options: ClassifyCommandOptions): Promise<void> {
  const { data, labels, task, batch, device } = options;
  if (labels !== undefined) return classifyInWords(ports, place, labels, options);
  for (const name of ["calibrate", "fast", "errorRate", "hypothesis"] as const) if (options[name] !== undefined) throw new UsageError(`--${name === "errorRate" ? "error-rate" : name} goes with --labels`);
  const progress = progressBesideLines(ports);
  const { onShare, onProgress } = readingProgress(progress, "classifying");
  await withClassifier(ports, place, { device, task }, async (model) => {
    for await (const records of chunksOf(plainTextsFrom(ports, data, options, { progress, onShare }), batch ?? CHUNK)) {
      const found = await classifyTexts(model, records.map(inputOf), { batch, signal: ports.signal, onProgress });
      onProgress(1);
      found.forEach((scores, i) => ports.out(`${JSON.stringify({ ...records[i], label: scores[0]?.label, scores: Object.fromEntries(scores.map(({ label, score }) => [label, rounded(score)])) })}\n`));
    }
  }).finally(() => progress.end());
}

/** A classifier of Hugging Face, one assembled from a configuration, or one from a few examples on top of a model. */
async function withClassifier<R>({ systems }: CliPorts, place: string, { device, task: set }: Pick<ClassifyCommandOptions, "device" | "task">, task: (model: Parameters<typeof classifyTexts>[0]) => Promise<R>): Promise<R> {
  const assembled = await isAssembledFolder(place);
  if (!assembled && set !== undefined) throw new UsageError("--task is for assembled models with several sets of classes");
  if (!assembled && !(await isFewShot(place))) return withTextModel(place, device, task);
  const model = assembled ? await openAssembled(place, { device: chosenDevice(device), task: set }) : await openFewShot(place, { device: chosenDevice(device), systems });
  return await task(model).finally(() => model.release());
}

/** Zero-shot: labels in words for a model that reads two texts, most of them left out after calibration. */
async function classifyInWords(ports: CliPorts, place: string, labels: readonly string[], { data, device, calibrate, fast = "overlap", errorRate, hypothesis, ...read }: ClassifyCommandOptions): Promise<void> {
  await withTextModel(place, device, async (model) => {
    const run = async (scorer: "overlap" | "glove" | PretrainedText): Promise<void> => {
      const classifier = calibrate === undefined ? undefined : await calibrateZeroShot(model, labels, { texts: await allOf(textsFrom(ports, calibrate, read)), fast: scorer, errorRate, hypothesis });
      let [passes, count] = [0, 0];
      for await (const texts of chunksOf(textsFrom(ports, data, read), CHUNK)) {
        const found = classifier === undefined ? await classifyZeroShot(model, texts, labels, { hypothesis }) : await classifier.classify(texts);
        found.forEach((answer, i) => {
          passes += answer.passes;
          count++;
          ports.out(`${JSON.stringify({ text: texts[i], label: labels[answer.label], set: answer.set.map((label) => labels[label]), passes: answer.passes })}\n`);
        });
      }
      if (count > 0) ports.error(`${passes} of ${count * labels.length} passes, ${Math.round(100 * (1 - passes / (count * labels.length)))}% saved\n`);
    };
    return fast === "overlap" || fast === "glove" ? run(fast) : withTextModel(fast, device, run);
  });
}

async function allOf(texts: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const text of texts) all.push(text);
  return all;
}
