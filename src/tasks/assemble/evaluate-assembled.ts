/** How good an assembled model is under its head, on records that it was not trained on. */
import type { Device } from "../../engine/index.ts";
import { loadRecords } from "../../data/node/index.ts";
import type { RecordTask, TaskRecord } from "../../data/index.ts";
import { metrics } from "../../train/index.ts";
import { evaluateText } from "../text/evaluate-text.ts";
import type { ReadTextOptions } from "../text/read-text-data.ts";
import { AssembledReader } from "./assembled-reader.ts";
import { AssembledTagger } from "./assembled-tagger.ts";
import { openHead } from "./assembled-head.ts";
import { openAssembled } from "./assembled-text.ts";

export interface AssembledScores {
  readonly kind: RecordTask;
  readonly count: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Accuracy and F1 of classes (`task` names one set of several), F1 of spans and accuracy of tags, exact answers out of texts.
 *
 * ```ts
 * const { metrics } = await evaluateAssembled("my-tagger", "test.jsonl");
 * ```
 */
export async function evaluateAssembled(directory: string, data: string, { device, task, ...options }: ReadTextOptions & { readonly device?: Device; readonly task?: string } = {}): Promise<AssembledScores> {
  const head = await openHead(directory, ["cls", "tasks", "ner", "mrc"], { device });
  switch (head.objective) {
    case "cls":
    case "tasks": {
      const classifier = await openAssembled(directory, { device, task });
      return await evaluateText(classifier, data, options).finally(() => classifier.release());
    }
    case "ner": {
      const records = await recordsOf("tagged", data, options);
      const tagger = new AssembledTagger(head);
      const found = await tagger.tag(records.map(({ tokens }) => tokens)).finally(() => tagger.release());
      const wanted = records.map(({ tags }) => tags);
      const right = wanted.flatMap((tags, i) => tags.map((tag, place) => Number(tag === found[i]?.[place])));
      return { kind: "tagged", count: records.length, metrics: { f1: metrics.spanF1(wanted, found), accuracy: right.reduce((a, b) => a + b, 0) / right.length } };
    }
    case "mrc": {
      const records = await recordsOf("answers", data, options);
      const reader = new AssembledReader(head);
      const found = await reader.answer(records).finally(() => reader.release());
      return { kind: "answers", count: records.length, metrics: { exact: records.filter(({ answer }, i) => answer.trim() === found[i]?.trim()).length / records.length } };
    }
  }
}

async function recordsOf<K extends RecordTask>(kind: K, data: string, { columns, strict, signal, progress }: ReadTextOptions): Promise<readonly TaskRecord<K>[]> {
  return (await loadRecords(kind, data, { columns, strict, signal, onBad: ({ file, line, reason }) => progress?.message(`broken: ${file} line ${line}: ${reason}`) })).records;
}
