/** One objective of an assembled model, run over rows of texts: what classifiers, taggers and readers share. */
import { compile, RandomStream } from "../../engine/index.ts";
import type { Compiled, Device, HostArray, Tensor } from "../../engine/index.ts";
import { sequentialBatches } from "../../data/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { Assembled, textCollate } from "../../train/assemble/index.ts";
import type { ObjectiveInputs, TextCorpus } from "../../train/assemble/index.ts";
import { RequestError } from "../request-error.ts";
import { loadAssembled } from "./assembled-folder.ts";
import type { LabelSets } from "./assembled-folder.ts";

/** Where nothing says how long rows were. */
const LENGTH = 64;
const BATCH = 32;

export type HeadName = "cls" | "tasks" | "ner" | "mrc";

export interface AssembledHead {
  /** With this objective alone. */
  readonly model: Assembled;
  readonly objective: HeadName;
  readonly tokenizer: Tokenizer;
  readonly labels: LabelSets;
  /** Tokens of a row; longer texts are cut. */
  readonly length: number;
  readonly device?: Device;
}

/** The first of some objectives that a model in a folder has. Throws a `RequestError` for a model with none of them. */
export async function openHead(directory: string, objectives: readonly HeadName[], { device }: { readonly device?: Device } = {}): Promise<AssembledHead> {
  const { model, tokenizer, labels, length = LENGTH } = await loadAssembled(directory);
  const { config } = model;
  const objective = objectives.find((name) => config.target.includes(name));
  if (objective === undefined) throw new RequestError(`${directory}: an assembled model for ${config.target.join(", ") || "no target"}; this needs the target ${objectives.join(" or ")}: reprise pretrain CONFIG --from ${directory} --data FILE with {"target": ["${objectives[0] ?? ""}"]}`);
  // Other objectives would have words hidden; texts are read as they are.
  const { data_processor: _, ...rest } = config;
  const alone = new Assembled({ ...rest, target: [objective], decoder: null, tgt_embedding: null, share_embedding: false, tie_weights: false }, RandomStream.of(0));
  const wanted = alone.namedParameters();
  alone.loadStateDict(new Map([...model.stateDict()].filter(([name]) => wanted.has(name))));
  return { model: alone, objective, tokenizer, labels, length: Math.min(length, config.streams[0]?.max_seq_length ?? length), device };
}

/** What a graph gives for each row, and the fields that were read. */
export interface HeadRow<N extends string> {
  readonly outputs: Readonly<Record<N, ArrayLike<number>>>;
  readonly fields: Readonly<Record<string, ArrayLike<number>>>;
}

/** Runs a head over all documents of a corpus. `release` frees its programs. */
export class HeadRunner<N extends string> {
  private readonly head: AssembledHead;
  private readonly run: Compiled<[Record<string, Tensor>], Record<N, Tensor>>;

  constructor(head: AssembledHead, outputs: (inputs: ObjectiveInputs) => Record<N, Tensor>) {
    const { model, objective, device } = head;
    this.head = head;
    this.run = compile((fields: Record<string, Tensor>) => outputs(model.statesFor(objective, fields, EVALUATE)), { device, name: objective });
  }

  async rows(corpus: TextCorpus, { batch = BATCH }: { readonly batch?: number } = {}): Promise<HeadRow<N>[]> {
    const { model, objective, tokenizer, length } = this.head;
    // The template cuts texts to the row; a reader's must not be cut there, or places in them would move.
    const collate = textCollate(model.config, { corpus, tokenizer, length, seed: 0, ...(objective === "mrc" ? {} : { room: length }) });
    const rows: HeadRow<N>[] = [];
    for (const { indices, valid } of sequentialBatches(Int32Array.from(corpus.documents.keys()), batch)) {
      const fields = collate({ epoch: 0, indices });
      const read = Object.fromEntries(Object.entries(fields).filter(([name]) => !ANSWERS.includes(name)));
      const outputs = await this.run(read as Record<string, HostArray>) as Record<string, HostArray>;
      const row = (arrays: Readonly<Record<string, HostArray>>, i: number): Record<string, ArrayLike<number>> =>
        Object.fromEntries(Object.entries(arrays).map(([name, { data, shape }]) => [name, (data as Float32Array).subarray((i * data.length) / (shape[0] as number), ((i + 1) * data.length) / (shape[0] as number))]));
      for (let i = 0; i < valid; i++) rows.push({ outputs: row(outputs, i) as HeadRow<N>["outputs"], fields: row(fields, i) });
    }
    return rows;
  }

  async release(): Promise<void> {
    await this.run.release();
  }
}

/** Fields that training compares with. */
const ANSWERS: readonly string[] = ["classes", "task", "tags", "tagWeights", "starts", "ends"];
