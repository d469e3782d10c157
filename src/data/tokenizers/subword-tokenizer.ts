/**
 * Any `tokenizer.json` as a Tokenizer. Ids and text come from Hugging Face's own JavaScript library; offsets, templates
 * over ids, special roles and the check of the file are added here.
 */
import { AddedTokens } from "./added-tokens.ts";
import { alignBytes } from "./align-bytes.ts";
import type { Spans } from "./align-bytes.ts";
import { alignFolded } from "./align-folded.ts";
import type { Surface, UnknownExtent } from "./align-folded.ts";
import { bytesOfToken } from "./byte-alphabet.ts";
import { LibraryTokenizer } from "./library.ts";
import type { PostProcessed } from "./library.ts";
import { mendDecoder } from "./library-decoder.ts";
import { libraryJson } from "./library-json.ts";
import { mendNormalizer } from "./library-normalizer.ts";
import { piecesOf } from "./pieces.ts";
import type { Pieces } from "./pieces.ts";
import { CONFIG_FIELDS, sentinelsOf, specialIdsOf } from "./special-tokens.ts";
import { fillTemplate } from "./template.ts";
import type { Template, TemplateItem } from "./template.ts";
import type { Encoding, SpecialIds, Tokenizer, TokenizerConfigJson, TokenSpans } from "./tokenizer.ts";
import { checkTokenizerJson, modelTypeOf, TokenizerError } from "./tokenizer-json.ts";
import type { TokenizerJson } from "./tokenizer-json.ts";

/** Bounds of the memory of pieces. */
const MOST_REMEMBERED = 200_000;
const LONGEST_REMEMBERED = 64;

/** Placeholders of the texts while the template is read off the library. */
const [A, B] = ["\u0000a", "\u0000b"];

const UNKNOWN_EXTENT = { WordPiece: "word", WordLevel: "word", BPE: "character", Unigram: "run" } as const satisfies Record<string, UnknownExtent>;

export class SubwordTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly special: SpecialIds;
  readonly specialIds: ReadonlySet<number>;
  readonly sentinels: readonly number[];
  readonly wordStarts: Uint8Array;
  private readonly json: TokenizerJson;
  private readonly config: TokenizerConfigJson;
  private readonly library: LibraryTokenizer;
  private readonly template: Template;
  private readonly ids: ReadonlyMap<string, number>;
  private readonly tokens: readonly (string | undefined)[];
  private readonly byteLevel: boolean;
  /** Whether unknown characters of a Unigram model are spelled in bytes; the library does so for BPE only. */
  private readonly spellsUnknown: boolean;
  private readonly pieces: Pieces;
  /** Ids of pieces seen: most of a text is words that were seen before. */
  private readonly remembered = new Map<string, Int32Array>();
  private readonly addedTokens: AddedTokens;

  /** `json` and `config` are parsed `tokenizer.json` and `tokenizer_config.json`. Throws TokenizerError. */
  constructor(json: unknown, config: TokenizerConfigJson = {}) {
    const checked = checkTokenizerJson(json);
    this.json = checked.json;
    this.config = config;
    this.ids = checked.vocabulary;
    this.library = libraryTokenizer(this.json, config);
    this.vocabularySize = [...this.ids.values()].reduce((most, id) => Math.max(most, id + 1), 0);
    const added = this.json.added_tokens;
    const tokens = new Array<string | undefined>(this.vocabularySize).fill(undefined);
    for (const [token, id] of this.ids) tokens[id] = token;
    this.tokens = tokens;
    this.special = specialIdsOf(this.ids, config);
    this.sentinels = sentinelsOf(this.ids);
    this.specialIds = new Set([...added.filter(({ special }) => special).map(({ id }) => id), ...this.sentinels]);
    this.byteLevel = JSON.stringify(this.json.decoder ?? null).includes('"ByteLevel"');
    this.spellsUnknown = modelTypeOf(this.json) === "Unigram" && this.json.model["byte_fallback"] === true;
    this.wordStarts = Uint8Array.from(tokens, (token, id) => (token !== undefined && (this.specialIds.has(id) || this.startsWord(token)) ? 1 : 0));
    this.template = this.readTemplate();
    this.pieces = piecesOf(this.library, this.json);
    this.addedTokens = new AddedTokens(added, this.library.normalizer);
  }

  encode(text: string): Int32Array {
    const ids: number[] = [];
    for (const section of this.addedTokens.sections(text)) {
      if ("token" in section) ids.push(section.token.id);
      else for (const piece of this.pieces.split(section.text, section.first)) for (const id of this.idsOfPiece(piece)) ids.push(id);
    }
    return Int32Array.from(ids);
  }

  encodeWithOffsets(text: string): TokenSpans {
    const tokens = this.addedTokens.sections(text).flatMap((section) => ("token" in section ? [section.token.content] : this.pieces.split(section.text, section.first).flatMap((piece) => this.tokensOfPiece(piece))));
    return { ids: this.idsOf(tokens), ...this.spansOf(text, tokens) };
  }

  assemble(a: Int32Array, b?: Int32Array, maximum?: number): Encoding {
    return fillTemplate(this.template, a, b, maximum);
  }

  encodePair(a: string, b?: string, maximum?: number): Encoding {
    return this.assemble(this.encode(a), b === undefined ? undefined : this.encode(b), maximum);
  }

  decode(ids: ArrayLike<number>, { keepSpecial = false }: { readonly keepSpecial?: boolean } = {}): string {
    const kept = Array.from(ids).filter((id) => (keepSpecial || !this.specialIds.has(id)) && this.tokenOf(id) !== "");
    return kept.length === 0 ? "" : this.library.decode(kept, { skip_special_tokens: false });
  }

  tokenOf(id: number): string {
    const token = this.tokens[id];
    if (token === undefined) throw new RangeError(`tokenizer: id ${id} is not in the vocabulary of ${this.vocabularySize}`);
    return token;
  }

  idOf(token: string): number | undefined {
    return this.ids.get(token);
  }

  toJson(): TokenizerJson {
    return structuredClone(this.json);
  }

  toConfigJson(): TokenizerConfigJson {
    const roles = Object.entries(this.special) as [keyof SpecialIds, number][];
    const named = roles.map(([role, id]) => [CONFIG_FIELDS[role][0] as string, this.tokenOf(id)]);
    return { tokenizer_class: "PreTrainedTokenizerFast", clean_up_tokenization_spaces: false, ...Object.fromEntries(named), ...this.config };
  }

  /** Tokens of the model, with the bytes of what a Unigram model does not know where the file wants them. */
  private tokensOfPiece(piece: string): readonly string[] {
    const { model } = this.library;
    const tokens = model([this.pieces.spell(piece)]);
    if (!this.spellsUnknown) return tokens;
    return tokens.flatMap((token) => {
      if (this.ids.has(token)) return [token];
      const bytes = Array.from(new TextEncoder().encode(token), (byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
      return bytes.every((byte) => this.ids.has(byte)) ? bytes : [token];
    });
  }

  private idsOfPiece(piece: string): Int32Array {
    const remembered = this.remembered.get(piece);
    if (remembered !== undefined) return remembered;
    const ids = this.idsOf(this.tokensOfPiece(piece));
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear();
    if (piece.length <= LONGEST_REMEMBERED) this.remembered.set(piece, ids);
    return ids;
  }

  private idsOf(tokens: readonly string[]): Int32Array {
    return Int32Array.from(tokens, (token) => {
      const id = this.ids.get(token) ?? this.library.model.unk_token_id;
      if (id === undefined) throw new TokenizerError(`tokenizer: "${token}" is not in the vocabulary, which has no token for unknown text`);
      return id;
    });
  }

  private spansOf(text: string, tokens: readonly string[]): Spans {
    const added = new Set(this.json.added_tokens.map(({ content }) => content));
    if (this.byteLevel) {
      const encoder = new TextEncoder();
      return alignBytes(text, tokens.map((token) => (added.has(token) ? undefined : bytesOfToken(token)) ?? encoder.encode(token)));
    }
    const type = modelTypeOf(this.json);
    const unknown = this.library.model.unk_token;
    const prefix = this.continuingPrefix();
    const suffix = this.library.model.end_of_word_suffix ?? "";
    const surfaces = tokens.map((token, i): Surface => {
      if (token === unknown && !text.includes(token)) return { unknown: true };
      if (added.has(token)) return { text: token };
      const byte = /^<0x([0-9A-F]{2})>$/.exec(token);
      if (byte) return { text: characterOfBytes(tokens, i) };
      const start = prefix !== "" && token.startsWith(prefix) ? prefix.length : 0;
      return { text: token.slice(start, suffix !== "" && token.endsWith(suffix) ? -suffix.length : undefined) };
    });
    return alignFolded(text, surfaces, this.json.model["fuse_unk"] === true ? "run" : UNKNOWN_EXTENT[type]);
  }

  private continuingPrefix(): string {
    const prefix = this.json.model["continuing_subword_prefix"];
    return typeof prefix === "string" ? prefix : "";
  }

  /** By the marks of the vocabulary: `##` continues a word; with U+2581 or U+0120 in use, what has none continues one. */
  private startsWord(token: string): boolean {
    const prefix = this.continuingPrefix();
    if (prefix !== "") return !token.startsWith(prefix);
    if (!this.byteLevel) return !this.ids.has("\u2581") || token.startsWith("\u2581");
    const [first] = token;
    return first === "\u0120" || first === "\u010a" || !/^[\p{L}\p{N}]/u.test(token); // punctuation stands alone
  }

  /** The special tokens around the texts, as the library puts them around stand-ins for texts. */
  private readTemplate(): Template {
    const processor = this.library.post_processor;
    const oneSegment = JSON.stringify(this.json.post_processor).includes('"RobertaProcessing"');
    const itemsOf = (texts: readonly [string, string?]): TemplateItem[] => {
      const bare: PostProcessed = { tokens: texts.filter((text) => text !== undefined) };
      const output: PostProcessed = processor ? processor.post_process([texts[0]], texts[1] === undefined ? null : [texts[1]], true) : bare;
      const { tokens, token_type_ids: types } = bare.tokens.every((text) => output.tokens.includes(text)) ? output : bare;
      return tokens.map((token, i) => {
        const segment = oneSegment ? 0 : (types?.[i] ?? Number(token === B));
        if (token === A || token === B) return { text: token === A ? "a" : "b", segment };
        const id = this.ids.get(token);
        if (id === undefined) throw new TokenizerError(`tokenizer.json: post_processor puts "${token}" around texts, which is not in the vocabulary`);
        return { id, segment };
      });
    };
    return { single: itemsOf([A as string]), pair: itemsOf([A as string, B as string]) };
  }
}

function libraryTokenizer(json: TokenizerJson, config: TokenizerConfigJson): LibraryTokenizer {
  const unknown = json.model["unk_token"];
  try {
    const library = new LibraryTokenizer(libraryJson(json), { clean_up_tokenization_spaces: false, ...(typeof unknown === "string" ? { unk_token: unknown } : {}), ...config });
    mendNormalizer(library.normalizer);
    mendDecoder(library.decoder);
    return library;
  } catch (error) {
    if (error instanceof TokenizerError) throw error;
    throw new TokenizerError(`tokenizer.json: ${error instanceof Error ? error.message : String(error)}; this tokenizer uses a part that cannot be run here`, { cause: error });
  }
}

/** The character spelled by a run of byte tokens, on its first; nothing on the others. */
function characterOfBytes(tokens: readonly string[], at: number): string {
  const byteAt = (i: number): number | undefined => {
    const [, hex] = /^<0x([0-9A-F]{2})>$/.exec(tokens[i] ?? "") ?? [];
    return hex === undefined ? undefined : Number.parseInt(hex, 16);
  };
  const first = byteAt(at) as number; // the caller saw that it is one
  if (first >= 0x80 && first < 0xc0) return ""; // continues a character
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const bytes = Array.from({ length }, (_, i) => byteAt(at + i) ?? 0);
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
