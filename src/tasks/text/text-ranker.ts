/** A trained ranker of a system, such as a Uni-Encoder: its folder is that of its encoder, with two files more. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../../data/node/index.ts";
import type { ConceptRelation } from "../../data/index.ts";
import { compile, RandomStream } from "../../engine/index.ts";
import type { Compiled, Device, Tensor } from "../../engine/index.ts";
import type { RankerRecipe, RelationReader } from "../../lab/index.ts";
import { batchOfRows, lengthsOf, restRows, textRows } from "../../lab/text/index.ts";
import type { RowSet, TokenRows } from "../../lab/text/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { Module } from "../../nn/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../../train/index.ts";
import { SYSTEMS } from "../../systems/registry.ts";
import { readIfThere } from "../begun-run.ts";
import type { SystemRegistry } from "../find-system.ts";
import { exportFolder } from "../huggingface/export-folder.ts";
import { fromPretrained } from "../huggingface/from-pretrained.ts";
import type { PretrainedText } from "../huggingface/pretrained-text.ts";
import { RequestError } from "../request-error.ts";
import { bertEncoderOf } from "./encoder-of.ts";
import { readRelations } from "./read-text-data.ts";
import { ranked } from "./score-texts.ts";
import type { RankedText } from "./score-texts.ts";

const FORMAT = 1;
const FILES = { about: "ranker.json", weights: "ranker.safetensors", relations: "relations.jsonl" } as const;

/** Tokens of queries and candidates, special ones included. */
export interface RankerLengths {
  readonly query: number;
  readonly document: number;
}

interface AboutRanker {
  readonly format: number;
  readonly method: string;
  readonly version: number;
  readonly lengths: RankerLengths;
  /** Kinds of the relations that it reads; absent where it reads none. */
  readonly relations?: readonly string[];
}

/** Tokens that a model has positions for. */
export const positionsOf = (method: string, model: PretrainedText): number => bertEncoderOf(method, model).embedding.position?.weight.dim(0) ?? Infinity;

/** The ranker of a system around the encoder of a model. Throws for models without segments or without room for both texts. */
export function buildRanker(method: string, recipe: RankerRecipe, model: PretrainedText, { query, document }: RankerLengths, { seed, relations }: { readonly seed: number; readonly relations: readonly string[] | null }): Module {
  const encoder = bertEncoderOf(method, model);
  const positions = positionsOf(method, model);
  if (query + document > positions) throw new RequestError(`${method}: queries of ${query} and candidates of ${document} tokens need ${query + document} positions, the model has ${positions}; lower length`);
  return recipe.build({ encoder, width: model.pretrained.prepared.width, random: RandomStream.of(seed, "ranker"), queryLength: query, relations });
}

/** The ranker of a method; undefined for a method that is none. */
export const findRanker = async (method: string, systems: SystemRegistry = SYSTEMS): Promise<RankerRecipe | undefined> => (Object.hasOwn(systems, method) ? (await systems[method]?.())?.default.ranker : undefined);

/** Rows of candidates as a recipe wants them. */
export const candidateRows = ({ candidates }: RankerRecipe, tokenizer: PretrainedText["tokenizer"]["tokenizer"], texts: readonly string[], maximum: number): RowSet => (candidates === "own" ? textRows : restRows)(tokenizer, texts, maximum);

/** What lies around candidates. Throws a `RequestError` for relations that a ranker cannot read. */
export function openRelations(recipe: RankerRecipe, relations: readonly ConceptRelation[], tokenizer: PretrainedText["tokenizer"]["tokenizer"], kinds?: readonly string[]): RelationReader {
  if (recipe.relations === undefined) throw new RequestError("this ranker reads no relations between concepts; one of train eee-qa does");
  try {
    return recipe.relations(relations, tokenizer, kinds);
  } catch (error) {
    if (error instanceof RangeError) throw new RequestError(`graph: ${error.message}`);
    throw error;
  }
}

export interface SavedRanker {
  readonly method: string;
  readonly recipe: RankerRecipe;
  readonly module: Module;
  readonly model: PretrainedText;
  readonly lengths: RankerLengths;
  readonly relations?: { readonly kinds: readonly string[]; readonly list: readonly ConceptRelation[] };
}

/** Writes a ranker: its own files first, with the relations it learned from, `config.json` of the encoder last. */
export async function saveRanker(directory: string, { method, recipe: { version }, module, model, lengths, relations }: SavedRanker): Promise<void> {
  const own = new Map([...module.stateDict()].filter(([name]) => !name.startsWith("encoder.")));
  const about: AboutRanker = { format: FORMAT, method, version, lengths, ...(relations === undefined ? {} : { relations: relations.kinds }) };
  await writeFileAtomic(join(directory, FILES.weights), encodeSafetensors(own));
  if (relations !== undefined) await writeFileAtomic(join(directory, FILES.relations), new TextEncoder().encode(relations.list.map(({ from, relation, to }) => `${JSON.stringify({ head: from, relation, tail: to })}\n`).join("")));
  await writeFileAtomic(join(directory, FILES.about), new TextEncoder().encode(`${JSON.stringify(about, null, 2)}\n`));
  await exportFolder(model, directory, { format: "huggingface" });
}

export const isRanker = async (directory: string): Promise<boolean> => (await readIfThere(join(directory, FILES.about))) !== undefined;

/** Candidates scored in one call where they do not depend on each other. */
const CHUNK = 64;
/** Places of a call are filled up to a multiple of this, so that few programs serve all lists. */
const STEP = 8;
const NOTHING = { ids: new Int32Array(0), segments: new Int32Array(0), special: new Uint8Array(0) };

/** Opened by `openRanker`. `release` frees its programs. */
export class TextRanker {
  /** The system's own model, for what only it can do: storing candidates, precomputing documents. */
  readonly module: Module;
  readonly model: PretrainedText;
  private readonly recipe: RankerRecipe;
  private readonly lengths: RankerLengths;
  private readonly positions: number;
  private readonly relations: RelationReader | undefined;
  private readonly run: Compiled<[TokenRows, TokenRows, Readonly<Record<string, Tensor>>], Tensor>;

  constructor(module: Module, model: PretrainedText, recipe: RankerRecipe, lengths: RankerLengths, relations?: RelationReader) {
    this.module = module;
    this.model = model;
    this.recipe = recipe;
    this.lengths = lengths;
    this.relations = relations;
    this.positions = positionsOf("rank", model);
    this.run = compile((query: TokenRows, candidates: TokenRows, graphs: Readonly<Record<string, Tensor>>) => recipe.scores(module, query, candidates, EVALUATE, graphs), { device: model.device, name: "rank" });
  }

  /** What it learned from. */
  get learnedFrom(): "pairs" | "choices" {
    return this.recipe.data ?? "pairs";
  }

  /** Texts by how well they answer a query, best first; scores are not probabilities. */
  async rank(query: string, texts: readonly string[]): Promise<RankedText[]> {
    const { recipe, lengths, model: { tokenizer: { tokenizer } } } = this;
    if (recipe.most !== undefined && texts.length > recipe.most) throw new RequestError(`rank: at most ${recipe.most} candidates are scored together, got ${texts.length}; narrow them down by search first`);
    const needed = recipe.inRow === true ? lengths.query + texts.length * lengths.document : 0;
    if (needed > this.positions) throw new RequestError(`rank: ${texts.length} candidates of up to ${lengths.document} tokens behind a query of up to ${lengths.query} need ${needed} positions, the model has ${this.positions}; at most ${Math.floor((this.positions - lengths.query) / lengths.document)} are read together`);
    const asked = rowsOf(textRows(tokenizer, [query], lengths.query), [0], lengths.query);
    const scores: number[] = [];
    for (let start = 0; start < texts.length; start += CHUNK) {
      const chunk = texts.slice(start, start + CHUNK);
      const set = candidateRows(recipe, tokenizer, chunk, lengths.document);
      const places = Math.ceil(set.rows.length / STEP) * STEP;
      const filled = { ...set, rows: Array.from({ length: places }, (_, i) => set.rows[i] ?? NOTHING) }; // all padding, and its scores are dropped
      const length = Math.min(lengths.document, Math.ceil(Math.max(...lengthsOf(set)) / STEP) * STEP);
      const { data } = await this.run(asked, rowsOf(filled, filled.rows.map((_, i) => i), length), this.relations?.rows(chunk.map((text) => this.relations?.around(query, text)), places) ?? {});
      scores.push(...Array.from(data.subarray(0, set.rows.length), Number));
    }
    return ranked(scores);
  }

  async release(): Promise<void> {
    await this.run.release();
    await this.model.release();
  }
}

function rowsOf(set: RowSet, indices: readonly number[], length: number) {
  const { ids, segments, valid } = batchOfRows(set, indices, length);
  return { ids, segments, valid };
}

export interface OpenRankerOptions {
  readonly device?: Device;
  readonly systems?: SystemRegistry;
  /** Relations to read in place of those it learned from, of the same kinds: a file, or as they are. */
  readonly graph?: string | readonly ConceptRelation[];
}

/**
 * A ranker that `trainText` left in a folder.
 *
 * ```ts
 * const ranker = await openRanker("my-ranker");
 * const [best] = await ranker.rank("how do I list hidden files?", ["rm removes files.", "ls -a shows all names."]);
 * ```
 *
 * Throws, naming the file, for what is missing, damaged or of another version.
 */
export async function openRanker(directory: string, { device, systems, graph }: OpenRankerOptions = {}): Promise<TextRanker> {
  const path = join(directory, FILES.about);
  const bytes = await readIfThere(path);
  if (bytes === undefined) throw new RequestError(`${directory}: found no ${FILES.about}; expected a ranker that reprise train made`);
  let about: AboutRanker;
  try {
    about = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as AboutRanker;
  } catch (cause) {
    throw new Error(`${path}: not JSON: ${(cause as Error).message}`, { cause });
  }
  const recipe = about.format === FORMAT ? await findRanker(about.method, systems) : undefined;
  if (recipe === undefined || recipe.version !== about.version) throw new RequestError(`${path}: ${recipe === undefined ? `unknown ranker ${JSON.stringify(about.method)} of format ${JSON.stringify(about.format)}` : `${about.method} of version ${about.version}, this is ${recipe.version}`}; train it again`);
  const model = await fromPretrained(directory, { task: "features", device });
  if (graph !== undefined && about.relations === undefined) throw new RequestError(`${directory}: this model learned without relations between concepts and cannot read any; train it with graph`);
  const relations = about.relations === undefined ? undefined : openRelations(recipe, await readRelations(graph ?? join(directory, FILES.relations), { strict: graph === undefined }), model.tokenizer.tokenizer, about.relations);
  const module = buildRanker(about.method, recipe, model, about.lengths, { seed: 0, relations: about.relations ?? null });
  const weights = decodeSafetensors(new Uint8Array(await readFile(join(directory, FILES.weights)))).tensors;
  const missing = [...module.namedParameters().keys()].filter((name) => !name.startsWith("encoder.") && !weights.has(name));
  if (missing.length > 0) throw new Error(`${join(directory, FILES.weights)}: ${missing.slice(0, 8).join(", ")} missing; train it again`);
  module.loadStateDict(weights, { partial: true });
  return new TextRanker(module, model, recipe, about.lengths, relations);
}
