/** Training a ranker of a system on users' pairs: the right answer before the wrong ones of its query. */
import { join } from "node:path";
import type { Batch, ConceptRelation } from "../../data/index.ts";
import { RandomStream } from "../../engine/index.ts";
import { negativesOf, parseSettings, SILENT } from "../../lab/index.ts";
import type { RankerRecipe, RelationReader } from "../../lab/index.ts";
import { sha256, stableJson } from "../../lab/json.ts";
import { ResumeRefused } from "../../lab/run-identity.ts";
import { separateCandidateBatches, sideOf, textRows } from "../../lab/text/index.ts";
import { crossEntropy } from "../../objectives/index.ts";
import { AdamW, hashOfArrays, schedules } from "../../train/index.ts";
import { beginRun, begunRun, lastLoss, merged, readIfThere, removeCheckpoints, requireSameRun } from "../begun-run.ts";
import { fromPretrained } from "../huggingface/from-pretrained.ts";
import { RequestError } from "../request-error.ts";
import { pretrainedBase, tinyModel } from "./base-model.ts";
import { fingerprintOf, readChoices, readRelations, readTextData, textsOf } from "./read-text-data.ts";
import type { ChoiceData, ReadOf, TextData } from "./read-text-data.ts";
import { buildRanker, candidateRows, openRelations, positionsOf, saveRanker } from "./text-ranker.ts";
import type { RankerLengths } from "./text-ranker.ts";
import { TEXT_TRAINING_SETTINGS } from "./text-settings.ts";
import type { TextTrainingSettings } from "./text-settings.ts";
import { trainInFolder } from "./train-in-folder.ts";
import type { TrainedText, TrainTextOptions } from "./train-recipe.ts";

/** What must be equal for a run to be continued. */
interface RankerIdentity {
  readonly method: string;
  readonly version: number;
  readonly base: string;
  readonly settings: TextTrainingSettings;
  readonly data: { readonly count: number; readonly fingerprint: string; /** Of the relations between concepts; absent where there are none. */ readonly relations?: string };
}

/** Longest rows that training needs, no longer than `length` and half of the model's limit each. Candidates in one row share what the query leaves. */
function lengthsFor(contexts: ReturnType<typeof textRows>, candidates: ReturnType<typeof textRows>, most: number, row?: { readonly positions: number; readonly places: number }): RankerLengths {
  const longest = ({ rows }: typeof contexts): number => rows.reduce((largest, { ids }) => Math.max(largest, ids.length), 1);
  const query = Math.min(most, longest(contexts));
  return { query, document: Math.min(most, longest(candidates), row === undefined ? Infinity : Math.floor((row.positions - query) / row.places)) };
}

/** Graphs of candidates as fields of a batch; each is made when it is first needed. */
function graphsOf(reader: RelationReader, textsOfRow: (row: number) => readonly [query: string, candidate: string]): (rows: readonly number[]) => Batch {
  const known = new Map<number, unknown>();
  return (rows) =>
    reader.rows(rows.map((row) => {
      const graph = known.get(row) ?? reader.around(...textsOfRow(row));
      known.set(row, graph);
      return graph;
    }), rows.length);
}

/** Pairs, or questions with choices as pairs with wrong answers. */
async function readPairs(method: string, { data: wanted = "pairs" }: RankerRecipe, data: string | TextData | ChoiceData, options: TrainTextOptions): Promise<ReadOf<"pairs">> {
  if (typeof data !== "string" && data.kind !== wanted) throw new RequestError(`${method} learns from ${wanted === "choices" ? "questions with choices" : "pairs of query and answer"}, got ${data.kind}`);
  if (wanted === "choices") return await readChoices(data as string | ChoiceData, options);
  return await readTextData(data as string | TextData, ["pairs"], options);
}

/** What `trainText` does for a system that is a ranker: see there. The folder it leaves is its encoder's, with the ranker's own weights beside; `openRanker` opens it. */
export async function trainRanker(method: string, recipe: RankerRecipe, data: string | TextData | ChoiceData, options: TrainTextOptions): Promise<TrainedText> {
  const { out, base = "tiny", resume = false, progress = SILENT, device, signal, checkpointEvery = 100 } = options;
  for (const [name, value] of [["loss", options.loss], ["evaluation", options.evaluation]] as const) if (value !== undefined) throw new RequestError(`${method} is trained by its own loss to the last step and takes no ${name}`);
  const begun = await begunRun<RankerIdentity>(out);
  const finished = (await readIfThere(join(out, "config.json"))) !== undefined;
  if (!resume && (begun !== undefined || finished)) throw new ResumeRefused(`${out} already holds a ${finished ? "model" : "begun run"}; pass --resume to continue it, or another directory`);
  const given = parseSettings(TEXT_TRAINING_SETTINGS, resume && begun !== undefined ? merged(begun.settings, options.settings ?? {}) : (options.settings ?? {}), `${method}: settings`);
  const read = await readPairs(method, recipe, data, options);
  const relations = options.graph === undefined ? undefined : await readRelations(options.graph, options);
  const baseOptions = { task: "features", labels: [], seed: given.seed, device } as const;
  const model = base === "tiny" ? tinyModel(textsOf(read), given.tiny, baseOptions) : await pretrainedBase(base, baseOptions);
  const settings = { ...given, learningRate: given.learningRate ?? (base === "tiny" ? 1e-3 : 5e-5), batch: Math.min(given.batch, read.records.length) };
  if (settings.batch < given.batch) progress.message(`${read.records.length} records are fewer than a batch of ${given.batch}: the batch is lowered`);
  const identity: RankerIdentity = { method, version: recipe.version, settings, base: base === "tiny" ? base : await hashOfArrays(model.module.stateDict()), data: { count: read.records.length, fingerprint: await fingerprintOf(read), ...(relations === undefined ? {} : { relations: await sha256(stableJson(relations)) }) } };
  if (begun !== undefined) requireSameRun(begun, identity, out);
  const about = { loss: "listwise", steps: settings.steps, records: read.records.length, broken: read.broken, best: null, kept: {} };
  if (finished) {
    progress.message(`${out}: finished already`);
    await removeCheckpoints(out);
    return { ...about, model: await fromPretrained(out, { task: "features", device }), lastLoss: null };
  }

  const negatives = recipe.data === "choices" ? read.records.map((record) => record.negatives) : negativesOf(read.records, { settings, random: RandomStream.of(settings.seed, "examples"), labels: [] });
  const each = negatives.reduce((largest, list) => Math.max(largest, list.length), 0);
  const used = read.records.map((record, i) => ({ ...record, wrong: negatives[i] as readonly string[] })).filter(({ wrong }) => wrong.length > 0);
  if (used.length < settings.batch) throw new RequestError(`${method} learns from wrong answers too: ${used.length} of ${read.records.length} pairs have any; give negatives, or more pairs and --set negatives=4`);
  const { tokenizer, longest } = model.tokenizer;
  const reader = relations === undefined ? undefined : openRelations(recipe, relations, tokenizer);
  const most = Math.min(settings.length, longest >> 1);
  const contexts = textRows(tokenizer, used.map(({ query }) => query), most);
  // The right answer first; a query with fewer wrong ones repeats them.
  const texts = used.flatMap(({ positive, wrong }) => [positive, ...Array.from({ length: each }, (_, j) => wrong[j % wrong.length] as string)]);
  const candidates = candidateRows(recipe, tokenizer, texts, most);
  const lengths = lengthsFor(contexts, candidates, most, recipe.inRow === true ? { positions: positionsOf(method, model), places: 1 + each } : undefined);
  const module = buildRanker(method, recipe, model, lengths, { seed: settings.seed, relations: reader?.kinds ?? null });
  const around = reader === undefined ? undefined : graphsOf(reader, (row) => [(used[Math.floor(row / (1 + each))] as (typeof used)[number]).query, texts[row] as string]);
  return beginRun(out, identity, async () => {
    const batches = separateCandidateBatches({ contexts, candidates, answers: new Int32Array(used.length), lengths, batch: settings.batch, seed: settings.seed, shuffled: recipe.inRow === true, beside: around });
    const result = await trainInFolder({
      out, method, identity, progress, checkpointEvery, data: batches, steps: settings.steps, seed: settings.seed, device, signal,
      loss: (tensors, mode) => {
        const { loss, accuracy } = crossEntropy(recipe.scores(module, sideOf(tensors, "query"), sideOf(tensors, "document"), mode, tensors), tensors.answers);
        return { loss, accuracy };
      },
      optimizer: new AdamW(module, { learningRate: settings.learningRate, weightDecay: settings.weightDecay, schedule: schedules.cosine({ warmup: Math.round(settings.warmup * settings.steps), steps: settings.steps }) }),
      unused: "zero", // parts of the encoder's last layer that nothing reads
      model: module,
    });
    await saveRanker(out, { method, recipe, module, model, lengths, relations: reader === undefined ? undefined : { kinds: reader.kinds, list: relations as readonly ConceptRelation[] } });
    await removeCheckpoints(out);
    return { ...about, model, lastLoss: lastLoss(result.history.steps["loss"] ?? []) };
  });
}
