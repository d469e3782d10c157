/** The parts of Hugging Face's JavaScript tokenizers that are used, typed: the package's own declarations import each other without file endings, which Node's resolution does not find. */
import { Tokenizer } from "@huggingface/tokenizers";

export interface LibraryModel {
  encode(pieces: readonly string[]): string[];
  readonly unk_token?: string;
  readonly unk_token_id?: number;
  readonly end_of_word_suffix?: string;
  readonly fuse_unk: boolean;
}

export interface PostProcessed {
  readonly tokens: readonly string[];
  readonly token_type_ids?: readonly number[];
}

export interface LibraryTokenizer {
  readonly normalizer: ((text: string) => string) | null;
  readonly pre_tokenizer: (((text: string, options: { readonly section_index: number }) => string[]) & { readonly pattern?: RegExp | null }) | null;
  readonly model: LibraryModel;
  readonly post_processor: { post_process(tokens: readonly string[], pair: readonly string[] | null, addSpecialTokens: boolean): PostProcessed } | null;
  tokenize(text: string): string[];
  decode(ids: readonly number[], options: { readonly skip_special_tokens: boolean }): string;
}

export const LibraryTokenizer = Tokenizer as unknown as new (json: object, config: object) => LibraryTokenizer;
