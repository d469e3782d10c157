/**
 * Hugging Face's `tokenizer.json`: what is checked before the library builds a tokenizer from it. Files come from
 * anywhere, and a vocabulary with holes or merges without their product would only show as wrong ids much later.
 */
import { z } from "zod";

/** A file that is no usable tokenizer. */
export class TokenizerError extends Error {
  override readonly name = "TokenizerError";
}

const addedToken = z.looseObject({
  id: z.int().nonnegative(),
  content: z.string().min(1),
  special: z.boolean().optional(),
});
const part = z.looseObject({ type: z.string() }).nullish().transform((value) => value ?? null);

const outline = z.looseObject({
  version: z.string().optional(),
  added_tokens: z.array(addedToken).nullish().transform((value) => value ?? []),
  normalizer: part,
  pre_tokenizer: part,
  post_processor: part,
  decoder: part,
  model: z.looseObject({ type: z.string().optional(), vocab: z.unknown(), merges: z.unknown().optional() }),
});

export type TokenizerJson = z.infer<typeof outline>;

const MODELS = ["BPE", "WordPiece", "Unigram", "WordLevel"] as const;
export type ModelType = (typeof MODELS)[number];

/** No vocabulary is this large; a larger id would have the library allocate by it. */
const MOST_IDS = 4_000_000;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** The model's kind; files of before 2021 do not name it. */
export function modelTypeOf({ model }: TokenizerJson): ModelType {
  if (model.type === undefined) {
    if (Array.isArray(model.vocab)) return "Unigram";
    return model.merges === undefined ? "WordPiece" : "BPE";
  }
  const found = MODELS.find((name) => name === model.type);
  if (!found) throw new TokenizerError(`tokenizer.json: model.type: unknown "${model.type}"; expected one of ${MODELS.join(", ")}`);
  return found;
}

/** Tokens and ids of the model, without added tokens. */
function checkedVocabulary(vocab: unknown, type: ModelType): Map<string, number> {
  const where = "tokenizer.json: model.vocab";
  if (type === "Unigram") {
    if (!Array.isArray(vocab) || vocab.length === 0) throw new TokenizerError(`${where}: expected a list of [piece, score] for a Unigram model, got ${Array.isArray(vocab) ? "an empty list" : typeof vocab}`);
    vocab.forEach((entry: unknown, i) => {
      if (!Array.isArray(entry) || typeof entry[0] !== "string" || typeof entry[1] !== "number" || !Number.isFinite(entry[1])) {
        throw new TokenizerError(`${where}: entry ${i}: expected [piece, finite score], got ${JSON.stringify(entry)?.slice(0, 80)}`);
      }
    });
    return new Map((vocab as [string, number][]).map(([piece], i) => [piece, i]));
  }
  if (!isObject(vocab)) throw new TokenizerError(`${where}: expected an object of token: id for a ${type} model, got ${Array.isArray(vocab) ? "a list" : typeof vocab}`);
  const ids = new Map<string, number>();
  const owners = new Map<number, string>();
  for (const [token, id] of Object.entries(vocab)) {
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id >= MOST_IDS) throw new TokenizerError(`${where}: "${token}": expected an id in 0..${MOST_IDS - 1}, got ${JSON.stringify(id)}`);
    const owner = owners.get(id);
    if (owner !== undefined) throw new TokenizerError(`${where}: id ${id} belongs to "${owner}" and to "${token}"; ids must be distinct`);
    owners.set(id, token);
    ids.set(token, id);
  }
  if (ids.size === 0) throw new TokenizerError(`${where}: is empty`);
  return ids;
}

/** Every merge joins two tokens of the vocabulary into a third. */
function checkMerges(merges: unknown, vocabulary: ReadonlyMap<string, number>, continuing: string): void {
  const where = "tokenizer.json: model.merges";
  if (!Array.isArray(merges)) throw new TokenizerError(`${where}: a BPE model needs its list of merges, got ${merges === undefined ? "none" : typeof merges}; the file is incomplete, export the tokenizer again`);
  for (const [i, merge] of merges.entries() as IterableIterator<[number, unknown]>) {
    const pair: unknown = typeof merge === "string" ? merge.split(" ") : merge;
    if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== "string" || typeof pair[1] !== "string") {
      throw new TokenizerError(`${where}: entry ${i}: expected two tokens, got ${JSON.stringify(merge)?.slice(0, 80)}`);
    }
    const [left, right] = pair as [string, string];
    const joined = left + (continuing !== "" && right.startsWith(continuing) ? right.slice(continuing.length) : right);
    const missing = [left, right, joined].find((token) => !vocabulary.has(token));
    if (missing !== undefined) throw new TokenizerError(`${where}: entry ${i} ("${left}" + "${right}") needs "${missing}", which is not in model.vocab`);
  }
}

/** Checks a parsed `tokenizer.json`. Throws TokenizerError with the place and what was expected. */
export function checkTokenizerJson(value: unknown): { readonly json: TokenizerJson; readonly vocabulary: Map<string, number> } {
  const parsed = outline.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new TokenizerError(`tokenizer.json: ${issue?.path.join(".") || "file"}: ${issue?.message}; expected the file that Hugging Face tokenizers write`);
  }
  const json = parsed.data;
  const type = modelTypeOf(json);
  const vocabulary = checkedVocabulary(json.model.vocab, type);
  if (type === "BPE") checkMerges(json.model.merges, vocabulary, typeof json.model["continuing_subword_prefix"] === "string" ? json.model["continuing_subword_prefix"] : "");
  if (type === "Unigram") {
    const unknown = json.model["unk_id"];
    if (typeof unknown !== "number" || !Number.isInteger(unknown) || unknown < 0 || unknown >= vocabulary.size) throw new TokenizerError(`tokenizer.json: model.unk_id: expected the id of a piece, 0..${vocabulary.size - 1}, got ${JSON.stringify(unknown)}`);
  }
  if (type === "WordPiece" || type === "WordLevel") {
    const unknown = json.model["unk_token"];
    if (typeof unknown !== "string" || !(vocabulary.has(unknown) || json.added_tokens.some(({ content }) => content === unknown))) throw new TokenizerError(`tokenizer.json: model.unk_token: a ${type} model needs a token for unknown words, and ${JSON.stringify(unknown) ?? "none"} is not in its vocabulary`);
  }
  for (const { id, content } of json.added_tokens) {
    if (id >= MOST_IDS) throw new TokenizerError(`tokenizer.json: added_tokens: "${content}": expected an id below ${MOST_IDS}, got ${id}`);
    vocabulary.set(content, id);
  }
  return { json, vocabulary };
}
