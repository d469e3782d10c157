/** Pre-training on plain texts by a system: a masked language model goes on learning, so that its vectors serve search. */
import { join } from "node:path";
import type { Encoding, Tokenizer } from "../../data/index.ts";
import { loadRecords } from "../../data/node/index.ts";
import { RandomStream } from "../../engine/index.ts";
import { parseSettings, SILENT } from "../../lab/index.ts";
import type { TextPretraining } from "../../lab/index.ts";
import { sha256, stableJson } from "../../lab/json.ts";
import { ResumeRefused } from "../../lab/run-identity.ts";
import type { MaskedModel, RowSet } from "../../lab/text/index.ts";
import { LmHead } from "../../nn/index.ts";
import { EncoderModel } from "../../nn/pretrained/index.ts";
import { AdamW, hashOfArrays, schedules } from "../../train/index.ts";
import type { TrainResult } from "../../train/index.ts";
import { beginRun, begunRun, lastLoss, merged, readIfThere, removeCheckpoints, requireSameRun } from "../begun-run.ts";
import { exportFolder } from "../huggingface/export-folder.ts";
import { fromPretrained } from "../huggingface/from-pretrained.ts";
import type { PretrainedText } from "../huggingface/pretrained-text.ts";
import { RequestError } from "../request-error.ts";
import { pretrainedBase, tinyModel, vectorModel } from "./base-model.ts";
import { textsOf } from "./read-text-data.ts";
import type { TextData } from "./read-text-data.ts";
import { TEXT_PRETRAINING_SETTINGS } from "./text-settings.ts";
import type { TextPretrainingSettings } from "./text-settings.ts";
import { trainInFolder } from "./train-in-folder.ts";
import type { TrainedText, TrainTextOptions } from "./train-recipe.ts";

/** What must be equal for a run to be continued. */
interface PretrainingIdentity {
  readonly method: string;
  readonly version: number;
  readonly base: string;
  readonly settings: TextPretrainingSettings;
  readonly data: { readonly count: number; readonly fingerprint: string };
}

interface Corpus {
  readonly texts: readonly string[];
  readonly broken: number;
}

async function readTexts(data: string | TextData, { columns, strict, signal, progress = SILENT }: TrainTextOptions): Promise<Corpus> {
  if (typeof data !== "string") return { texts: textsOf(data), broken: 0 };
  const { records, badCount } = await loadRecords("texts", data, { columns, strict, signal, onBad: ({ file, line, reason }) => progress.message(`broken: ${file} line ${line}: ${reason}`) });
  if (records.length === 0) throw new RequestError(`${data}: expected at least one text, got none`);
  return { texts: records.map(({ text }) => text), broken: badCount };
}

/** Rows in the tokenizer's template, as many of a text as its tokens fill; none of a text without tokens. */
export function rowsOf(texts: readonly string[], tokenizer: Tokenizer, length: number): RowSet {
  const room = length - tokenizer.assemble(new Int32Array(0), undefined, length).ids.length;
  const rows = texts.flatMap((text): Encoding[] => {
    const ids = tokenizer.encode(text);
    return Array.from({ length: Math.ceil(ids.length / room) }, (_, i) => tokenizer.assemble(ids.subarray(i * room, (i + 1) * room), undefined, length));
  });
  return { rows, pad: tokenizer.special.pad ?? 0 };
}

/** The parts of an imported model. Throws for models that are not built as BERT is. */
function maskedParts({ module, pretrained, config }: PretrainedText, method: string): MaskedModel {
  if (pretrained.architecture.modelType !== "bert" || !(module instanceof EncoderModel) || !(module.head instanceof LmHead)) throw new RequestError(`${method} pre-trains models of type bert, got one of type ${pretrained.architecture.modelType}`);
  const size = (key: string, usual: number): number => Number(config[key] ?? usual);
  return { encoder: module.text, head: module.head, sizes: { width: pretrained.prepared.width, heads: size("num_attention_heads", 12), hidden: size("intermediate_size", 3072) } };
}

/** What `trainText` does for a system that pre-trains: see there. The folder it leaves makes vectors of texts. */
export async function pretrainText(method: string, pretraining: TextPretraining, data: string | TextData, options: TrainTextOptions): Promise<TrainedText> {
  const { out, base = "tiny", resume = false, progress = SILENT, device } = options;
  for (const [name, value] of [["loss", options.loss], ["evaluation", options.evaluation]] as const) if (value !== undefined) throw new RequestError(`${method} pre-trains on plain texts and takes no ${name}`);
  const begun = await begunRun<PretrainingIdentity>(out);
  const finished = (await readIfThere(join(out, "config.json"))) !== undefined;
  if (!resume && (begun !== undefined || finished)) throw new ResumeRefused(`${out} already holds a ${finished ? "model" : "begun run"}; pass --resume to continue it, or another directory`);
  const given = parseSettings(TEXT_PRETRAINING_SETTINGS, resume && begun !== undefined ? merged(begun.settings, options.settings ?? {}) : (options.settings ?? {}), `${method}: settings`);
  const { texts, broken } = await readTexts(data, options);
  const baseOptions = { task: "masked-lm", labels: [], seed: given.seed, device } as const;
  const model = base === "tiny" ? tinyModel(texts, given.tiny, baseOptions) : await pretrainedBase(base, baseOptions);
  const rows = rowsOf(texts, model.tokenizer.tokenizer, Math.min(given.length, model.tokenizer.longest));
  for (const { ids } of rows.rows) model.tokenizer.requireRows(ids);
  const settings = { ...given, learningRate: given.learningRate ?? (base === "tiny" ? 1e-3 : 1e-4), batch: Math.min(given.batch, rows.rows.length) };
  if (settings.batch < given.batch) progress.message(`${rows.rows.length} rows are fewer than a batch of ${given.batch}: the batch is lowered`);
  const identity: PretrainingIdentity = {
    method, version: pretraining.version, settings,
    base: base === "tiny" ? base : await hashOfArrays(model.module.stateDict()),
    data: { count: texts.length, fingerprint: await sha256(stableJson(texts)) },
  };
  if (begun !== undefined) requireSameRun(begun, identity, out);
  const about = { loss: method, steps: settings.steps, records: texts.length, broken, best: null, kept: {} };
  if (finished) {
    progress.message(`${out}: finished already`);
    await removeCheckpoints(out);
    return { ...about, model: await fromPretrained(out, { device }), lastLoss: null };
  }
  return beginRun(out, identity, async () => {
    const result = await train(model, rows, pretraining, identity, options);
    const vectors = vectorModel(model, pretraining.pooling);
    await exportFolder(vectors, out, { format: "sentence-transformers" });
    await removeCheckpoints(out);
    return { ...about, model: vectors, lastLoss: lastLoss(result.history.steps["loss"] ?? []) };
  });
}

async function train(model: PretrainedText, rows: RowSet, pretraining: TextPretraining, identity: PretrainingIdentity, { out, device, signal, progress, checkpointEvery }: TrainTextOptions): Promise<TrainResult> {
  const { settings, method } = identity;
  const { steps, seed, batch, learningRate, weightDecay, warmup } = settings;
  const learner = pretraining.build(maskedParts(model, method), RandomStream.of(seed, "pretraining"));
  const data = pretraining.batches(rows, { tokenizer: model.tokenizer.tokenizer, batch, length: Math.min(settings.length, model.tokenizer.longest), seed });
  return trainInFolder({
    out, method, identity, progress, checkpointEvery, data, steps, seed, device, signal,
    loss: (tensors, mode) => pretraining.loss(learner, tensors, mode),
    optimizer: new AdamW(learner, { learningRate: learningRate as number, weightDecay, schedule: schedules.linear({ warmup: Math.round(warmup * steps), steps }) }),
    model: learner,
  });
}
