/**
 * A `tokenizer.json` as the JavaScript library must be given it to mean what the file says. Some steps it reads otherwise
 * than the library that writes these files (Hugging Face's tokenizers, in Rust): they are spelled with steps both read
 * alike, or refused. Most differences are one of two: what JavaScript takes for a space (U+FEFF is one, U+0085 none; in
 * Unicode's White_Space it is the other way round), and characters beyond 16 bits.
 */
import { TokenizerError } from "./tokenizer-json.ts";
import type { TokenizerJson } from "./tokenizer-json.ts";
import { escapePattern } from "../text/escape-pattern.ts";

type Step = Readonly<Record<string, unknown>>;
type Respelled = Readonly<Record<string, (step: Step) => Step>>;

/** What `\w` is in Unicode; for a class of characters. */
export const WORD = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d";
const SPACE = "\\p{White_Space}";
const PUNCTUATION = "\\p{P}!-/:-@\\[-`{-~";
/** How GPT-2 cuts a text into words with the space before them; all byte-level vocabularies do unless they say otherwise. */
export const BYTE_LEVEL_WORDS = `'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^${SPACE}\\p{L}\\p{N}]+|${SPACE}+(?!\\P{White_Space})|${SPACE}+`;
/** The characters of BERT's Chinese blocks that take two units of a JavaScript text. */
const WIDE_CHINESE = "[\\x{20000}-\\x{2A6DF}\\x{2A700}-\\x{2B73F}\\x{2B740}-\\x{2B81F}\\x{2B920}-\\x{2CEAF}\\x{2F800}-\\x{2FA1F}]";

const split = (regex: string, behavior: unknown, invert = false): Step => ({ type: "Split", pattern: { Regex: regex }, behavior, invert });
/** `content` as JavaScript's `replaceAll` reads it. */
const replace = (regex: string, content: string): Step => ({ type: "Replace", pattern: { Regex: regex }, content });
const normalizers = (...steps: readonly Step[]): Step => ({ type: "Sequence", normalizers: steps });
const preTokenizers = (...steps: readonly Step[]): Step => ({ type: "Sequence", pretokenizers: steps });

/** There, a letter has one small form; here, a sigma at the end of a word has another. */
const SIGMA = replace("\u03a3", "\u03c3");

/** Normalising steps that are spelled otherwise; the rest stays as it is. */
const NORMALIZERS: Respelled = {
  Lowercase: (step) => normalizers(SIGMA, step),
  BertNormalizer: (step) => normalizers(...(step["handle_chinese_chars"] === true ? [replace(WIDE_CHINESE, " $& ")] : []), ...(step["lowercase"] === true ? [SIGMA] : []), step),
  Strip: ({ strip_left: left, strip_right: right }) => normalizers(...(left === true ? [replace(`\\A${SPACE}+`, "")] : []), ...(right === true ? [replace(`(?<!${SPACE})${SPACE}+\\z`, "")] : [])),
  // An empty text stays empty.
  Prepend: ({ prepend }) => replace("\\A(?!\\z)", literal(prepend)),
  Replace: (step) => ({ ...step, content: literal(step["content"]) }),
};

/** Cutting steps that are spelled otherwise; the rest stays as it is. */
const PRE_TOKENIZERS: Respelled = {
  // There, letters and spaces are those of Unicode; here, \w is ASCII.
  Whitespace: () => split(`[${WORD}]+|[^${WORD}${SPACE}]+`, "Removed", true),
  WhitespaceSplit: () => split("\\P{White_Space}+", "Removed", true),
  BertPreTokenizer: () => split(`[^${SPACE}${PUNCTUATION}]+|[${PUNCTUATION}]`, "Removed", true),
  // Digits are all numbers of Unicode; here, \d is ASCII.
  Digits: (step) => split(step["individual_digits"] === true ? "\\p{N}" : "\\p{N}+", "Isolated"),
  // Marks stand alone unless the file says "Contiguous".
  Punctuation: (step) => (step["behavior"] === "Contiguous" ? step : split(`[${PUNCTUATION}]`, step["behavior"] ?? "Isolated")),
  ByteLevel: (step) => {
    if (step["use_regex"] === false) return step;
    const prefix: Step = { ...replace("\\A(?! )", " ") };
    return preTokenizers(...(step["add_prefix_space"] === true ? [prefix] : []), split(BYTE_LEVEL_WORDS, "Isolated"), { ...step, use_regex: false, add_prefix_space: false });
  },
  // Words are cut before their mark unless the file says not to; files of before 2023 say with another field that there is none before the first.
  Metaspace: (step) => {
    const mark = escapePattern(typeof step["replacement"] === "string" ? step["replacement"] : "\u2581");
    const marked = { ...step, prepend_scheme: step["prepend_scheme"] ?? (step["add_prefix_space"] === false ? "never" : "always") };
    return step["split"] === false ? marked : preTokenizers(marked, split(`${mark}?[^${mark}]+|${mark}`, "Removed", true));
  },
  // A separator given as text would be kept where it is to be removed.
  Split: (step) => {
    const text = (step["pattern"] as { readonly String?: unknown } | undefined)?.String;
    return typeof text === "string" ? { ...step, pattern: { Regex: escapePattern(text) } } : step;
  },
};

/** A replacement without the signs that JavaScript reads in one. */
function literal(content: unknown): string {
  return typeof content === "string" ? content.replaceAll("$", "$$$$") : "";
}

const spelled = (table: Respelled, step: Step): Step => {
  const type = String(step["type"]);
  return Object.hasOwn(table, type) ? (table[type] as (step: Step) => Step)(step) : step;
};
const stepsOf = (steps: unknown): readonly Step[] => (Array.isArray(steps) ? (steps as Step[]) : []);

function normalizer(step: Step): Step {
  return step["type"] === "Sequence" ? normalizers(...stepsOf(step["normalizers"]).map(normalizer)) : spelled(NORMALIZERS, step);
}

function preTokenizer(step: Step): Step {
  if (step["type"] === "Sequence") return preTokenizers(...stepsOf(step["pretokenizers"]).map(preTokenizer));
  const respelled = spelled(PRE_TOKENIZERS, step);
  if (respelled["type"] === "Split") {
    const { behavior, invert } = respelled;
    const built = invert === true ? behavior === "Removed" : behavior === "Removed" || behavior === "Isolated";
    if (!built) throw new TokenizerError(`tokenizer.json: pre_tokenizer: ${String(step["type"])}: behavior: expected Isolated, or Removed, which alone may be inverted, got ${JSON.stringify(behavior)}${invert === true ? " inverted" : ""}`);
  }
  return respelled;
}

type Part = TokenizerJson["normalizer"];

/** The file for the library. Throws TokenizerError for what it would pass over. */
export function libraryJson(json: TokenizerJson): TokenizerJson {
  const prefix = json.model["continuing_subword_prefix"];
  const isBpe = json.model.type === "BPE" || json.model.merges !== undefined;
  if (isBpe && typeof prefix === "string" && prefix !== "") throw new TokenizerError(`tokenizer.json: model.continuing_subword_prefix: only "" can be run for a BPE model, got ${JSON.stringify(prefix)}`);
  return {
    ...json,
    normalizer: json.normalizer === null ? null : (normalizer(json.normalizer) as Part),
    pre_tokenizer: json.pre_tokenizer === null ? null : (preTokenizer(json.pre_tokenizer) as Part),
  };
}
