/**
 * A `tokenizer.json` as the JavaScript library must be given it to mean what the file says. Some steps it reads otherwise
 * than the library that writes these files: they are spelled with steps both read alike, or refused.
 */
import { TokenizerError } from "./tokenizer-json.ts";
import type { TokenizerJson } from "./tokenizer-json.ts";
import { escapePattern } from "../text/escape-pattern.ts";

type Step = Readonly<Record<string, unknown>>;

const WORD = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d";
const split = (regex: string, behavior: unknown, invert = false): Step => ({ type: "Split", pattern: { Regex: regex }, behavior, invert });

/** Steps that are spelled otherwise; the rest stays as it is. */
const RESPELLED: Readonly<Record<string, (step: Step) => Step>> = {
  // There, letters and spaces are those of Unicode; here, \w is ASCII.
  Whitespace: () => split(`[${WORD}]+|[^${WORD}\\p{White_Space}]+`, "Removed", true),
  // Marks stand alone unless the file says "Contiguous".
  Punctuation: (step) => (step["behavior"] === "Contiguous" ? step : split("[\\p{P}!-/:-@\\[-`{-~]", step["behavior"] ?? "Isolated")),
  // A separator given as text would be kept where it is to be removed.
  Split: (step) => {
    const text = (step["pattern"] as { readonly String?: unknown } | undefined)?.String;
    return typeof text === "string" ? { ...step, pattern: { Regex: escapePattern(text) } } : step;
  },
};

function preTokenizer(step: Step): Step {
  const type = String(step["type"]);
  if (type === "Sequence") return { ...step, pretokenizers: (Array.isArray(step["pretokenizers"]) ? (step["pretokenizers"] as Step[]) : []).map(preTokenizer) };
  const spelled = Object.hasOwn(RESPELLED, type) ? (RESPELLED[type] as (step: Step) => Step)(step) : step;
  if (spelled["type"] === "Split") {
    const { behavior, invert } = spelled;
    const built = invert === true ? behavior === "Removed" : behavior === "Removed" || behavior === "Isolated";
    if (!built) throw new TokenizerError(`tokenizer.json: pre_tokenizer: ${type}: behavior: expected Isolated, or Removed, which alone may be inverted, got ${JSON.stringify(behavior)}${invert === true ? " inverted" : ""}`);
  }
  return spelled;
}

/** The file for the library. Throws TokenizerError for what it would pass over. */
export function libraryJson(json: TokenizerJson): TokenizerJson {
  const prefix = json.model["continuing_subword_prefix"];
  const isBpe = json.model.type === "BPE" || json.model.merges !== undefined;
  if (isBpe && typeof prefix === "string" && prefix !== "") throw new TokenizerError(`tokenizer.json: model.continuing_subword_prefix: only "" can be run for a BPE model, got ${JSON.stringify(prefix)}`);
  const whole = json.added_tokens.find((token) => token["single_word"] === true);
  if (whole !== undefined) throw new TokenizerError(`tokenizer.json: added_tokens: ${JSON.stringify(whole.content)}: single_word: only false can be run`);
  return { ...json, pre_tokenizer: json.pre_tokenizer === null ? null : (preTokenizer(json.pre_tokenizer) as TokenizerJson["pre_tokenizer"]) };
}
