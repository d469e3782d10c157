/** `readDictionary` and `NameLinker`: which concept of a dictionary a name in a text means (xMEN, arXiv 2310.11275). */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { FusedHit, SearchHit } from "../../data/search/index.ts";
import { linesOf } from "../../data/node/lines.node.ts";
import { aliasesOf, DenseGenerator, ensemble, NgramGenerator } from "../../systems/retrieval/xmen-candidates.ts";
import type { Concept, Member } from "../../systems/retrieval/xmen-candidates.ts";
import { parseConcept, umlsConcepts } from "../../systems/retrieval/xmen-dictionary.ts";
import type { UmlsOptions } from "../../systems/retrieval/xmen-dictionary.ts";
import { NO_CONCEPT } from "../../systems/retrieval/xmen-recipe.ts";
import type { PretrainedText } from "../huggingface/pretrained-text.ts";
import { RequestError } from "../request-error.ts";

const LONGEST_LINE = 1 << 20;

async function readLines(path: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(createReadStream(path), { longest: LONGEST_LINE })) {
    if ("problem" in line) throw new RequestError(`${path} line ${line.number}: ${line.problem}`);
    lines.push(line.text);
  }
  return lines;
}

const isThere = (path: string): Promise<boolean> => stat(path).then(() => true, () => false);

/**
 * A dictionary: JSON Lines with `id`, `name`, and perhaps `aliases` and `types`; or a folder with the tables MRCONSO.RRF and
 * MRSTY.RRF of UMLS. Throws a `RequestError` with file and line.
 */
export async function readDictionary(path: string, options: UmlsOptions = {}): Promise<Concept[]> {
  const conso = join(path, "MRCONSO.RRF");
  if (await isThere(conso)) {
    const sty = join(path, "MRSTY.RRF");
    return umlsConcepts(await readLines(conso), (await isThere(sty)) ? await readLines(sty) : [], options);
  }
  if (!(await isThere(path))) throw new RequestError(`${path}: there is no such dictionary; expected JSON Lines of concepts, or a folder with MRCONSO.RRF`);
  if ((await stat(path)).isDirectory()) throw new RequestError(`${path}: expected MRCONSO.RRF in the folder`);
  const concepts: Concept[] = [];
  const places = new Map<string, number>();
  for (const [i, line] of (await readLines(path)).entries()) {
    if (line.trim() === "") continue;
    const at = `${path} line ${i + 1}`;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new RequestError(`${at}: expected a JSON object such as {"id": "country/DEU", "name": "Germany", "aliases": ["Deutschland"]}`);
    }
    const parsed = parseConcept(value);
    if ("reason" in parsed) throw new RequestError(`${at}: ${parsed.reason}`);
    const before = places.get(parsed.concept.id);
    if (before !== undefined) throw new RequestError(`${at}: the id ${JSON.stringify(parsed.concept.id)} stands in line ${before} too; put all names of a concept into one record`);
    places.set(parsed.concept.id, i + 1);
    concepts.push(parsed.concept);
  }
  if (concepts.length === 0) throw new RequestError(`${path}: holds no concept`);
  return concepts;
}

export interface NameLinkerOptions {
  /** A bi-encoder whose vectors of names are searched too. */
  readonly model?: PretrainedText;
  /** A cross-encoder that reads the name with each candidate's; one of `train xmen` may say that none is meant. */
  readonly reranker?: PretrainedText;
  /** Candidates that are reranked; default 64. */
  readonly depth?: number;
  /** Part of each generator, by its name: `ngram`, `dense`. */
  readonly members?: Readonly<Record<"ngram" | "dense", Member>>;
  /** Whether the reranker may answer that the dictionary lacks what is meant; default true. */
  readonly allowNone?: boolean;
}

export interface LinkCandidate {
  readonly id: string;
  readonly name: string;
  readonly score: number;
  /** Generators that found it. */
  readonly predictedBy: readonly string[];
}

export interface NameLink {
  /** The name as it stands in the text. */
  readonly text: string;
  /** Null when nothing is like it, or nothing is meant. */
  readonly id: string | null;
  /** Best first. */
  readonly candidates: readonly LinkCandidate[];
}

export interface Span {
  /** First UTF-16 unit. */
  readonly start: number;
  /** Unit after the last. */
  readonly end: number;
}

/**
 * ```ts
 * const linker = await NameLinker.open([{ id: "DEU", name: "Germany", aliases: ["Deutschland"], types: [] }]);
 * const [link] = await linker.link("Made in Deutschland.", [{ start: 8, end: 19 }]);
 * ```
 */
export class NameLinker {
  private readonly concepts: ReadonlyMap<string, Concept>;
  private readonly ngram: NgramGenerator;
  private readonly dense: DenseGenerator | undefined;
  private readonly options: NameLinkerOptions;

  private constructor(concepts: readonly Concept[], ngram: NgramGenerator, dense: DenseGenerator | undefined, options: NameLinkerOptions) {
    this.concepts = new Map(concepts.map((concept) => [concept.id, concept]));
    this.ngram = ngram;
    this.dense = dense;
    this.options = options;
  }

  /** Indexes the names of a dictionary, and encodes them where there is a model. */
  static async open(concepts: readonly Concept[], options: NameLinkerOptions = {}): Promise<NameLinker> {
    const { model } = options;
    const aliases = aliasesOf(concepts);
    const dense = model && new DenseGenerator({ aliases, vectors: await model.embed(aliases.map(({ text }) => text)), encode: (texts) => model.embed(texts) });
    return new NameLinker(concepts, new NgramGenerator(aliases), dense, options);
  }

  /** What the names at the spans of a text mean. */
  async link(text: string, spans: readonly Span[]): Promise<NameLink[]> {
    const bad = spans.find(({ start, end }) => !(Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end && end <= text.length));
    if (bad !== undefined) throw new RequestError(`link: expected spans within the ${text.length} characters of the text, got ${bad.start} to ${bad.end}`);
    return await this.linkNames(spans.map(({ start, end }) => text.slice(start, end)));
  }

  /** What names mean. */
  async linkNames(names: readonly string[]): Promise<NameLink[]> {
    if (names.length === 0) return [];
    const { depth = 64, members = { ngram: {}, dense: {} } } = this.options;
    const queries = names.map((text) => ({ text }));
    const [ngram, dense] = [await this.ngram.find(queries, depth), await this.dense?.find(queries, depth)];
    const links: NameLink[] = [];
    for (const [i, text] of names.entries()) {
      const rankings: Record<string, readonly SearchHit[]> = { ngram: ngram[i] ?? [], ...(dense === undefined ? {} : { dense: dense[i] ?? [] }) };
      const hits = ensemble(rankings, Object.fromEntries(Object.keys(rankings).map((name) => [name, members[name as keyof typeof members]]))).slice(0, depth);
      links.push(await this.answer(text, hits));
    }
    return links;
  }

  /** Frees what was compiled; the models are their owner's. */
  async release(): Promise<void> {
    await this.dense?.release();
  }

  private async answer(text: string, hits: readonly FusedHit[]): Promise<NameLink> {
    const candidates = hits.map(({ id, score, from }): LinkCandidate => ({ id: String(id), name: (this.concepts.get(String(id)) as Concept).name, score, predictedBy: Object.keys(from) }));
    const { reranker, allowNone = true } = this.options;
    if (reranker === undefined || candidates.length === 0) return { text, id: candidates[0]?.id ?? null, candidates };
    const { data } = await reranker.scores([...candidates.map(({ name }) => name), NO_CONCEPT].map((name) => [text, name] as const));
    const scored = candidates.map((candidate, i) => ({ ...candidate, score: data[i] as number })).sort((a, b) => b.score - a.score);
    const none = allowNone && (data[candidates.length] as number) > (scored[0]?.score ?? -Infinity);
    return { text, id: none ? null : (scored[0]?.id ?? null), candidates: scored };
  }
}
