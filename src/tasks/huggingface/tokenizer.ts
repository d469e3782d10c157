/** Texts to ids by a `tokenizer.json`, cut and padded as models want them. */
import { Tokenizer } from "@huggingface/tokenizers";
import { hostArray } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { readJson, requireJson } from "./model-files.ts";
import type { ModelFiles } from "./model-files.ts";

/** One text or a pair of texts. */
export type TextInput = string | readonly [string, string];

export interface EncodedText {
  readonly ids: readonly number[];
  /** 0 for the first text, 1 for the second. */
  readonly segments: readonly number[];
}

/** Ids, segments (int32) and validity (bool), all [B, L]. */
export interface EncodedBatch {
  readonly ids: HostArray;
  readonly valid: HostArray;
  readonly segments: HostArray;
}

export class TextTokenizer {
  /** Content of `tokenizer.json` and `tokenizer_config.json`, to be written again. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Most tokens of an encoded text, special ones included. */
  readonly longest: number;
  readonly padId: number;
  private readonly tokenizer: Tokenizer;

  constructor(definition: Readonly<Record<string, unknown>>, settings: Readonly<Record<string, unknown>>, { longest, padId }: { readonly longest: number; readonly padId: number }) {
    this.definition = definition;
    this.settings = settings;
    this.longest = longest;
    this.padId = padId;
    this.tokenizer = new Tokenizer(definition, settings);
  }

  /** Cut to `longest`: the tail of a single text, the longer text of a pair. Special tokens are kept. */
  encode(input: TextInput): EncodedText {
    const [first, second] = typeof input === "string" ? [input, null] : input;
    const { ids, token_type_ids: segments }: { readonly ids: number[]; readonly token_type_ids: number[] } = this.tokenizer.encode(first, { text_pair: second, return_token_type_ids: true });
    if (ids.length <= this.longest) return { ids, segments };
    const plain = [first, ...(second === null ? [] : [second])].map((text) => this.tokenizer.encode(text, { add_special_tokens: false }).ids);
    const kept = new Set(keptPlaces(ids, plain, this.longest));
    return { ids: ids.filter((_, i) => kept.has(i)), segments: segments.filter((_, i) => kept.has(i)) };
  }

  decode(ids: readonly number[]): string {
    return this.tokenizer.decode([...ids], { skip_special_tokens: true });
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

/** Places of an encoded text that stay when it is cut to `longest`: special tokens and the beginnings of the texts. */
function keptPlaces(ids: readonly number[], plain: readonly (readonly number[])[], longest: number): number[] {
  const starts: number[] = [];
  plain.forEach((text, i) => {
    const from = i === 0 ? 0 : (starts[i - 1] as number) + (plain[i - 1] as readonly number[]).length;
    starts.push(Array.from({ length: ids.length - text.length - from + 1 }, (_, k) => from + k).find((start) => text.every((id, k) => ids[start + k] === id)) ?? from);
  });
  const special = ids.length - plain.reduce((total, text) => total + text.length, 0);
  const room = Math.max(0, longest - special);
  const lengths = plain.map((text) => text.length);
  // The longer text gives way first; of equal ones the second.
  for (let over = lengths.reduce((a, b) => a + b, 0) - room; over > 0; over--) {
    const longer = lengths.length === 2 && (lengths[1] as number) >= (lengths[0] as number) ? 1 : 0;
    lengths[longer] = (lengths[longer] as number) - 1;
  }
  return ids.flatMap((_, place) => {
    const text = starts.findIndex((start, i) => place >= start && place < start + (plain[i] as readonly number[]).length);
    return text < 0 || place - (starts[text] as number) < (lengths[text] as number) ? [place] : [];
  });
}

/** The tokenizer of a model. `longest` is what the model can take; null where it has no limit. */
export async function readTokenizer(files: ModelFiles, config: Readonly<Record<string, unknown>>, longest: number | null): Promise<TextTokenizer> {
  const definition = await requireJson(files, "tokenizer.json");
  requireModel(definition, `${files.label}/tokenizer.json`);
  const settings = (await readJson(files, "tokenizer_config.json")) ?? {};
  const limit = settings["model_max_length"];
  // "No limit" is written as 1e30.
  const own = typeof limit === "number" && Number.isSafeInteger(limit) && limit > 0 ? limit : Infinity;
  const most = Math.min(own, longest ?? Infinity);
  try {
    return new TextTokenizer(definition, settings, { longest: Number.isFinite(most) ? most : 8192, padId: padIdOf(definition, settings, config) });
  } catch (cause) {
    throw new Error(`${files.label}/tokenizer.json: ${(cause as Error).message}`, { cause });
  }
}

/** What each kind of tokenizer cannot do without. */
const NEEDED: Readonly<Record<string, readonly string[]>> = { WordPiece: ["vocab"], BPE: ["vocab", "merges"], Unigram: ["vocab"], WordLevel: ["vocab"] };

function requireModel({ model }: Readonly<Record<string, unknown>>, label: string): void {
  const found = (typeof model === "object" && model !== null ? model : {}) as Readonly<Record<string, unknown>>;
  const { type } = found;
  if (type === undefined && "vocab" in found) return; // files of early versions name no type
  const needed = typeof type === "string" && Object.hasOwn(NEEDED, type) ? NEEDED[type] : undefined;
  if (needed === undefined) throw new Error(`${label}: model.type: expected one of ${Object.keys(NEEDED).join(", ")}, got ${JSON.stringify(type)}`);
  const missing = needed.filter((key) => typeof found[key] !== "object" || found[key] === null);
  if (missing.length > 0) throw new Error(`${label}: a ${String(type)} model needs ${missing.join(" and ")}; the file is incomplete`);
}

function padIdOf(definition: Readonly<Record<string, unknown>>, settings: Readonly<Record<string, unknown>>, config: Readonly<Record<string, unknown>>): number {
  const named = settings["pad_token"];
  const content = typeof named === "object" && named !== null && "content" in named ? named.content : named;
  const added = Array.isArray(definition["added_tokens"]) ? (definition["added_tokens"] as readonly { readonly id?: unknown; readonly content?: unknown }[]) : [];
  const id = added.find((token) => token.content === content && content !== undefined)?.id ?? config["pad_token_id"] ?? config["eos_token_id"];
  return Number.isSafeInteger(id) && (id as number) >= 0 ? (id as number) : 0;
}
