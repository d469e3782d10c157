/** The tokenizer of a model with what the model adds to it: how long a text may be, and how batches are padded. */
import { SubwordTokenizer } from "../../data/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { hostArray } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
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

/** For models without a limit of their own. */
const USUAL_LIMIT = 8192;

export class TextTokenizer {
  readonly tokenizer: Tokenizer;
  /** Most tokens of an encoded text, special ones included. */
  readonly longest: number;
  readonly padId: number;
  /** Id that stands before and behind each text; null for none. */
  readonly around: number | null;

  constructor(tokenizer: Tokenizer, { longest, padId, around = null }: { readonly longest: number; readonly padId: number; readonly around?: number | null }) {
    this.tokenizer = tokenizer;
    this.longest = longest;
    this.padId = padId;
    this.around = around;
  }

  /** Cut to `most` tokens: the tail of a single text, the longer text of a pair. Special tokens are kept. */
  encode(input: TextInput, most = this.longest): EncodedText {
    const [first, second] = typeof input === "string" ? [input, undefined] : input;
    if (this.around === null) return this.tokenizer.encodePair(first, second, most);
    const { ids, segments } = this.tokenizer.encodePair(first, second, most - 2);
    return { ids: Int32Array.of(this.around, ...ids, this.around), segments: Int32Array.of(0, ...segments, segments.at(-1) ?? 0) };
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

/** The tokenizer of a model. `longest` is what the model can take, null where it has no limit; `stated` stands in place of the tokenizer's own limit. */
export async function readTokenizer(files: ModelFiles, config: Readonly<Record<string, unknown>>, longest: number | null, stated: number | null = null): Promise<TextTokenizer> {
  const definition = await requireJson(files, "tokenizer.json");
  const settings = (await readJson(files, "tokenizer_config.json")) ?? {};
  const limit = settings["model_max_length"];
  // "No limit" is written as 1e30.
  const own = typeof limit === "number" && Number.isSafeInteger(limit) && limit > 0 ? limit : Infinity;
  const most = Math.min(stated ?? own, longest ?? Infinity);
  try {
    const tokenizer = new SubwordTokenizer(definition, settings);
    return new TextTokenizer(tokenizer, { longest: Number.isFinite(most) ? most : USUAL_LIMIT, padId: tokenizer.special.pad ?? padIdOf(config) });
  } catch (cause) {
    throw new Error(`${files.label}: ${(cause as Error).message}`, { cause });
  }
}

/** Decoders often have no token of their own for padding. */
function padIdOf(config: Readonly<Record<string, unknown>>): number {
  const id = config["pad_token_id"] ?? config["eos_token_id"];
  return Number.isSafeInteger(id) && (id as number) >= 0 ? (id as number) : 0;
}
