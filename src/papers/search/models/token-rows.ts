/** Tokens of texts as the rows of a batch. */
import { hostArray } from "../../../engine/index.ts";
import type { HostArray } from "../../../engine/index.ts";
import type { Tokenizer } from "../../../data/tokenizers/tokenizer.ts";
import { TOKEN_TYPES } from "./token-types.ts";

/** Tokens of one text or pair; `types` are TOKEN_TYPES and only told apart for pairs. */
export interface TokenRow {
  readonly ids: Int32Array;
  readonly types: Int32Array;
}

/** `[CLS] text [SEP]`, cut to at most `longest` tokens. */
export function textRow(tokenizer: Tokenizer, text: string, longest: number): TokenRow {
  const { ids } = tokenizer.encodePair(text, undefined, longest);
  return { ids, types: new Int32Array(ids.length) };
}

/** Ids of a query cut to what a pair leaves to it. */
export const queryIds = (tokenizer: Tokenizer, query: string, longestQuery: number): Int32Array => tokenizer.encode(query).subarray(0, longestQuery);

/**
 * `[CLS] query [SEP] document [SEP]`, the document cut to what fits. Tokens that stand in both texts are marked, those of
 * `common` (special tokens, punctuation) never.
 */
export function pairRow(tokenizer: Tokenizer, query: Int32Array, document: Int32Array, longest: number, common: ReadonlySet<number>): TokenRow {
  const kept = document.subarray(0, Math.max(0, longest - query.length - 3));
  const { ids, segments } = tokenizer.assemble(query, kept);
  const [inQuery, inDocument] = [new Set(query), new Set(kept)];
  const types = segments.map((segment, i) => {
    const id = ids[i] as number;
    const shared = !common.has(id) && inQuery.has(id) && inDocument.has(id);
    if (segment === 0) return shared ? TOKEN_TYPES.sharedQuery : TOKEN_TYPES.query;
    return shared ? TOKEN_TYPES.sharedDocument : TOKEN_TYPES.document;
  });
  return { ids, types };
}

/** Tokens whose presence in both texts says nothing. */
export function commonTokens(tokenizer: Tokenizer): Set<number> {
  const common = new Set(tokenizer.specialIds);
  for (let id = 0; id < tokenizer.vocabularySize; id++) if (!/[\p{L}\p{N}]/u.test(tokenizer.tokenOf(id))) common.add(id);
  return common;
}

/** Rows [B, length], filled up with zeros, which are padding in every vocabulary made here. */
export function stackRows(rows: readonly TokenRow[], length: number): { readonly ids: HostArray; readonly valid: HostArray; readonly types: HostArray } {
  const shape = [rows.length, length];
  const [ids, types, valid] = [new Int32Array(rows.length * length), new Int32Array(rows.length * length), new Uint8Array(rows.length * length)];
  rows.forEach((row, i) => {
    ids.set(row.ids.subarray(0, length), i * length);
    types.set(row.types.subarray(0, length), i * length);
    valid.fill(1, i * length, i * length + Math.min(length, row.ids.length));
  });
  return { ids: hostArray(ids, shape), valid: hostArray(valid, shape, "bool"), types: hostArray(types, shape) };
}
