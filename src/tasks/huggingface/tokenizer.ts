/** The tokenizer of a model with what the model adds to it: how long a text may be, and how batches are padded. */
import { BYT5_CLASS, byT5Json, SubwordTokenizer } from "../../data/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { hostArray } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { RequestError } from "../request-error.ts";
import { readJson, requireJson } from "./model-files.ts";
import type { ModelFiles } from "./model-files.ts";

/** One text or a pair of texts. */
export type TextInput = string | readonly [string, string];

export interface EncodedText {
  readonly ids: ArrayLike<number>;
  /** Token types: as a rule 0 for the first text, 1 for the second. */
  readonly segments: ArrayLike<number>;
}

/** Ids, segments (int32) and validity (bool), all [B, L]. */
export interface EncodedBatch {
  readonly ids: HostArray;
  readonly valid: HostArray;
  readonly segments: HostArray;
}

/** The table of words that ids look up, and the file messages name. */
export interface WordTable {
  readonly rows: number;
  readonly label: string;
}

export interface TextTokenizerOptions {
  readonly longest: number;
  readonly padId: number;
  readonly around?: number | null;
  /** Default as many rows as the tokenizer has ids. */
  readonly table?: WordTable | null;
  /** Whether the two texts of a pair have token types of their own; default true. */
  readonly tellsTexts?: boolean;
}

/** For models without a limit of their own. */
const USUAL_LIMIT = 8192;

export class TextTokenizer {
  readonly tokenizer: Tokenizer;
  /** Most tokens of an encoded text, special ones included. */
  readonly longest: number;
  readonly padId: number;
  /** Id that stands before and behind each text; null for none. */
  readonly around: number | null;
  /** Published tokenizers may know tokens that no text should hold and the model has no row for; null when there are none. */
  readonly table: WordTable | null;
  readonly tellsTexts: boolean;

  constructor(tokenizer: Tokenizer, { longest, padId, around = null, table = null, tellsTexts = true }: TextTokenizerOptions) {
    this.tokenizer = tokenizer;
    this.longest = longest;
    this.padId = padId;
    this.around = around;
    this.tellsTexts = tellsTexts;
    this.table = table !== null && tokenizer.vocabularySize > table.rows ? table : null;
  }

  /**
   * Cut to `most` tokens: the tail of a single text, the longer text of a pair. Special tokens are kept. Throws for a
   * token that the model has no row for.
   */
  encode(input: TextInput, most = this.longest): EncodedText {
    const [first, second] = typeof input === "string" ? [input, undefined] : input;
    const { ids, segments: own } = this.tokenizer.encodePair(first, second, this.around === null ? most : most - 2);
    const segments = this.tellsTexts ? own : new Int32Array(own.length);
    this.requireRows(ids);
    if (this.around === null) return { ids, segments };
    return { ids: Int32Array.of(this.around, ...ids, this.around), segments: Int32Array.of(0, ...segments, segments.at(-1) ?? 0) };
  }

  /** Throws, naming file, token and size, for an id beyond the model's table of words. */
  requireRows(ids: Int32Array): void {
    if (this.table === null) return;
    const { rows, label } = this.table;
    const beyond = ids.find((id) => id >= rows);
    if (beyond !== undefined) throw new RequestError(`${label}: the token ${JSON.stringify(this.tokenizer.tokenOf(beyond))} has id ${beyond}, the model's table of words has ${rows} rows (vocab_size in config.json), so a text that holds it cannot be read; take it out of the text, or use the tokenizer that the model was trained with`);
  }

  decode(ids: ArrayLike<number>): string {
    return this.tokenizer.decode(ids);
  }

  /** Pads to the longest of the texts, or to `length`. */
  pad(texts: readonly EncodedText[], length = Math.max(1, ...texts.map(({ ids }) => ids.length))): EncodedBatch {
    const shape = [texts.length, length];
    const fill = (value: (text: EncodedText, i: number) => number): Int32Array => Int32Array.from({ length: texts.length * length }, (_, at) => value(texts[Math.floor(at / length)] as EncodedText, at % length));
    return {
      ids: hostArray(fill(({ ids }, i) => ids[i] ?? this.padId), shape),
      segments: hostArray(fill(({ segments }, i) => segments[i] ?? 0), shape),
      valid: hostArray(Uint8Array.from(fill(({ ids }, i) => Number(i < ids.length))), shape, "bool"),
    };
  }
}

export interface TokenizerLimits {
  /** Most tokens the model can take, null where it has no limit. */
  readonly longest: number | null;
  /** Rows of the model's table of words. */
  readonly vocabulary: number;
  /** Stands in place of the tokenizer's own limit. */
  readonly stated?: number | null;
}

/** What a model is given there; the general class of transformers 5 leaves token types out unless its file names them. */
function tellsTexts({ model_input_names: names, tokenizer_class: kind }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(names) ? names.includes("token_type_ids") : kind !== "TokenizersBackend";
}

/** The tokenizer of a model. Those of ByT5 come without a file: their class says everything. */
export async function readTokenizer(files: ModelFiles, config: Readonly<Record<string, unknown>>, { longest, vocabulary, stated = null }: TokenizerLimits): Promise<TextTokenizer> {
  const settings = (await readJson(files, "tokenizer_config.json")) ?? {};
  const bytes = (settings["tokenizer_class"] ?? config["tokenizer_class"]) === BYT5_CLASS;
  const definition = bytes ? await readJson(files, "tokenizer.json") : await requireJson(files, "tokenizer.json");
  const limit = settings["model_max_length"];
  // "No limit" is written as 1e30.
  const own = typeof limit === "number" && Number.isSafeInteger(limit) && limit > 0 ? limit : Infinity;
  const most = Math.min(stated ?? own, longest ?? Infinity);
  try {
    const tokenizer = new SubwordTokenizer(definition ?? byT5Json(settings), settings);
    return new TextTokenizer(tokenizer, { longest: Number.isFinite(most) ? most : USUAL_LIMIT, padId: padIdOf(tokenizer.special.pad, config, vocabulary), tellsTexts: tellsTexts(settings), table: { rows: vocabulary, label: `${files.label}/tokenizer.json` } });
  } catch (cause) {
    throw new Error(`${files.label}: ${(cause as Error).message}`, { cause });
  }
}

/** Decoders often have no token of their own for padding, or one that was added without a row; what stands there is masked. */
function padIdOf(own: number | undefined, config: Readonly<Record<string, unknown>>, vocabulary: number): number {
  const id = [own, config["pad_token_id"] ?? config["eos_token_id"]].find((value) => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < vocabulary);
  return (id as number | undefined) ?? 0;
}
