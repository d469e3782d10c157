/** The parts of Hugging Face's JavaScript tokenizers that are used, typed: the package's own declarations import each other without file endings, which Node's resolution does not find. */
import { Tokenizer } from "@huggingface/tokenizers";

export interface LibraryModel {
  /** Tokens; unknown neighbours become one where the file says so. */
  (pieces: readonly string[]): string[];
  readonly unk_token?: string;
  readonly unk_token_id?: number;
  readonly end_of_word_suffix?: string;
}

export interface LibraryNormalizer {
  readonly config: { readonly type?: string; readonly precompiled_charsmap?: unknown };
  readonly normalizers?: readonly LibraryNormalizer[];
  (text: string): string;
  normalize(text: string): string;
}

export interface LibraryDecoder {
  readonly config: { readonly type?: string; readonly replacement?: string; readonly prepend_scheme?: string; readonly add_prefix_space?: boolean };
  readonly decoders?: readonly LibraryDecoder[];
  decode_chain: (tokens: readonly string[]) => string[];
  text_decoder?: { decode(bytes: Uint8Array): string };
}

export interface PostProcessed {
  readonly tokens: readonly string[];
  readonly token_type_ids?: readonly number[];
}

export interface LibraryTokenizer {
  readonly normalizer: LibraryNormalizer | null;
  readonly pre_tokenizer: ((text: string, options: { readonly section_index: number }) => string[]) | null;
  readonly model: LibraryModel;
  readonly post_processor: { post_process(tokens: readonly string[], pair: readonly string[] | null, addSpecialTokens: boolean): PostProcessed } | null;
  readonly decoder: LibraryDecoder | null;
  decode(ids: readonly number[], options: { readonly skip_special_tokens: boolean }): string;
}

export const LibraryTokenizer = Tokenizer as unknown as new (json: object, config: object) => LibraryTokenizer;
