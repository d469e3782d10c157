/**
 * A text recipe: how a text model is trained on users' own records, whatever its architecture. It says which kinds of
 * records it takes and what is asked of the model's outputs; the tasks floor does the rest - base models, vocabularies,
 * batches, checkpoints, folders of Hugging Face - alike for all of them. The built-in methods are text recipes, and so is
 * what a system gives as `textRecipe`.
 */
import type { HostArray, RandomStream, Tensor } from "../engine/index.ts";
import type { RecordTask, TaskRecord } from "../data/index.ts";
import type { SidedRecipe } from "./sided-recipe.ts";

/** A text, or two that are read together. */
export type TextOrPair = string | readonly [string, string];

/** One training example: all examples of a run have as many texts and targets. */
export interface TextExample {
  readonly texts: readonly TextOrPair[];
  readonly targets: readonly number[];
}

/** Choices that objectives read. */
export interface ObjectiveSettings {
  /** Hard negatives of a pair that are used at most. */
  readonly negatives: number;
  /** Factor on cosines before a softmax. */
  readonly scale: number;
}

export interface ObjectiveContext {
  readonly settings: ObjectiveSettings;
  readonly random: RandomStream;
  /** Classes in the order of the model's scores; empty without classes. */
  readonly labels: readonly string[];
}

export interface TextObjective<K extends RecordTask = RecordTask> {
  /** Records it is for. */
  readonly data: K;
  /** What it asks, in a line. */
  readonly summary: string;
  /** Whether it is for records with several labels each; default both kinds. */
  readonly severalLabels?: boolean;
  examples(records: readonly TaskRecord<K>[], context: ObjectiveContext): readonly TextExample[];
  /**
   * `outputs` has one tensor for each text of an example: vectors [B, d] of a model for features, scores [B, labels] of one
   * with a head. `targets` is float32 [B, T].
   */
  loss(outputs: readonly Tensor[], targets: Tensor, settings: ObjectiveSettings): { readonly loss: Tensor } & Readonly<Record<string, Tensor>>;
  /** Whether examples are each other's negatives, so that larger batches by gradient caching make sense. */
  readonly contrastive?: boolean;
}

export interface TextRecipe {
  /** Raise it when runs of the version before can no longer be continued. */
  readonly version: number;
  readonly summary: string;
  /** What stands above the last layer. */
  readonly task: "features" | "sequence-classification";
  /** Objectives by name; the first that fits the records is the default. */
  readonly objectives: Readonly<Record<string, TextObjective>>;
  /** For features: the first text of an example is read as a query, the others as documents. Default all are read alike. */
  readonly sides?: SidedRecipe;
}

/** Scored pairs or pairs, as a stage trains on them. */
export type StageRecords = { readonly kind: "scored"; readonly records: readonly TaskRecord<"scored">[] } | { readonly kind: "pairs"; readonly records: readonly TaskRecord<"pairs">[] };

/** One model of a method that trains several. */
export interface TextStage {
  /** Its folder; letters, digits and hyphens, unlike that of any other stage. */
  readonly name: string;
  readonly task: TextRecipe["task"];
  /** Earlier stage to start from; default the base of the run. */
  readonly from?: string;
  readonly objective: TextObjective;
  readonly data: StageRecords;
}

/** A trained stage, as the next ones ask it. */
export interface StagedModel {
  /** Vectors of unit length, [n, d]. */
  vectors(texts: readonly string[]): Promise<HostArray>;
  /** Scores of pairs before the sigmoid, [n]; of a model with one score. */
  logits(pairs: readonly (readonly [string, string])[]): Promise<Float32Array>;
  /** The chosen metric on the evaluation records: nDCG@10 of pairs, Spearman of scored pairs. Null without any. */
  quality(): Promise<number | null>;
}

export interface StagedContext {
  readonly random: RandomStream;
  readonly settings: ObjectiveSettings;
  /** Trains a stage, or reads it where an earlier, broken-off run has finished it. Its data must follow from those given and from earlier stages alone. */
  train(stage: TextStage): Promise<StagedModel>;
}

export interface StagedOutcome {
  /** Stage whose model the run leaves. */
  readonly model: string;
  /** Further models worth keeping: stages by the name of their folder. */
  readonly models: Readonly<Record<string, string>>;
  /** Records worth keeping, as JSON Lines: by the name of the file, without its end. */
  readonly records: Readonly<Record<string, readonly object[]>>;
}

/** A method that trains several models, each learning from those before. */
export interface StagedTextRecipe {
  /** Raise it when runs of the version before can no longer be continued. */
  readonly version: number;
  readonly summary: string;
  /** Records it takes. */
  readonly data: readonly StageRecords["kind"][];
  run(data: StageRecords, context: StagedContext): Promise<StagedOutcome>;
}

/** Gives the parts of an objective their types. What it returns hides them: it is used with records of its own kind only. */
export function defineObjective<K extends RecordTask>(objective: TextObjective<K>): TextObjective {
  return objective as unknown as TextObjective;
}
