/** Steps of tokenizer.json that the JavaScript library reads otherwise than the library that writes the files; expected values by hand. */
import { describe, expect, test } from "vitest";
import { SubwordTokenizer } from "../../../src/data/index.ts";

const words = (preTokenizer: object, vocab: Readonly<Record<string, number>>): SubwordTokenizer => new SubwordTokenizer({ pre_tokenizer: preTokenizer, model: { type: "WordLevel", vocab: { "<unk>": 0, ...vocab }, unk_token: "<unk>" } });
const idsOf = (tokenizer: SubwordTokenizer, text: string): number[] => [...tokenizer.encode(text)];

describe("pre-tokenizers", () => {
  test("Whitespace: letters beyond ASCII are letters, and joiners belong to words", () => {
    const tokenizer = words({ type: "Whitespace" }, { straße: 1, "naïve": 2, "!?": 3, "日本": 4, "a‍b": 5 });
    expect(idsOf(tokenizer, "straße naïve!? 日本 a‍b")).toEqual([1, 2, 3, 4, 5]);
    expect([...tokenizer.encodeWithOffsets("straße!?").ids]).toEqual([1, 3]);
  });

  test("Punctuation: marks stand alone, or together where the file says so", () => {
    const vocab = { a: 1, "!": 2, "!!": 3, "$": 4 };
    expect(idsOf(words({ type: "Punctuation" }, vocab), "a!!$")).toEqual([1, 2, 2, 4]);
    expect(idsOf(words({ type: "Punctuation", behavior: "Contiguous" }, vocab), "a!!")).toEqual([1, 3]);
  });

  test("spaces are those of Unicode: U+0085 is one, U+FEFF is none", () => {
    const vocab = { a: 1, b: 2, "\ufeff": 3, "\ufeffb": 4, "a\ufeffb": 5 };
    expect(idsOf(words({ type: "WhitespaceSplit" }, vocab), "a\ufeffb a\u0085b")).toEqual([5, 1, 2]);
    expect(idsOf(words({ type: "BertPreTokenizer" }, vocab), "\ufeffb a\u0085b")).toEqual([4, 1, 2]);
    const bytes = { type: "BPE", vocab: { a: 0, "\u0120": 1, "\u00ef": 2, "\u00bb": 3, "\u00bf": 4, "\u0120\u00ef": 5, "\u0120a": 6 }, merges: [["\u0120", "\u00ef"], ["\u0120", "a"]] };
    const level = (prefix: boolean): object => ({ type: "ByteLevel", add_prefix_space: prefix, trim_offsets: true, use_regex: true });
    expect(idsOf(new SubwordTokenizer({ pre_tokenizer: level(false), model: bytes }), "a \ufeff")).toEqual([0, 5, 3, 4]); // the space goes with what is no space
    expect(idsOf(new SubwordTokenizer({ pre_tokenizer: level(true), model: bytes }), "a \ufeff")).toEqual([6, 5, 3, 4]);
    expect(idsOf(new SubwordTokenizer({ pre_tokenizer: level(true), model: bytes }), " a")).toEqual([6]);
  });

  test("Digits: numbers of every script, one by one or together", () => {
    const vocab = { a: 1, "\u0967": 2, "\u0968": 3, "\u0967\u0968": 4, "\u00bd": 5 };
    expect(idsOf(words({ type: "Digits", individual_digits: true }, vocab), "a\u0967\u0968\u00bd")).toEqual([1, 2, 3, 5]);
    expect(idsOf(words({ type: "Digits", individual_digits: false }, vocab), "a\u0967\u0968a")).toEqual([1, 4, 1]);
  });

  test("Metaspace: words are cut before their mark unless the file keeps them together", () => {
    const vocab = { "\u2581a": 1, "\u2581": 2, "\u2581a\u2581\u2581a": 3, a: 4 };
    const space = { type: "Metaspace", replacement: "\u2581" };
    expect(idsOf(words({ ...space, prepend_scheme: "always" }, vocab), "a  a")).toEqual([1, 2, 1]);
    expect(idsOf(words({ ...space, prepend_scheme: "always", split: false }, vocab), "a  a")).toEqual([3]);
    expect(idsOf(words({ ...space, prepend_scheme: "never" }, vocab), "a a")).toEqual([4, 1]);
    expect(idsOf(words({ ...space, add_prefix_space: false }, vocab), "a a")).toEqual([4, 1]);
  });

  test("Split by a text: removed where it is to be removed, kept where it stands alone", () => {
    const vocab = { a: 1, ".": 2, b: 3 };
    expect(idsOf(words({ type: "Split", pattern: { String: "." }, behavior: "Removed", invert: false }, vocab), "a.b")).toEqual([1, 3]);
    expect(idsOf(words({ type: "Sequence", pretokenizers: [{ type: "Split", pattern: { String: "." }, behavior: "Isolated", invert: false }] }, vocab), "a.b")).toEqual([1, 2, 3]);
  });
});

describe("normalizers", () => {
  const ofText = (normalizer: object, vocab: Readonly<Record<string, number>>): SubwordTokenizer => new SubwordTokenizer({ normalizer, model: { type: "WordLevel", vocab: { "<unk>": 0, ...vocab }, unk_token: "<unk>" } });

  test("Strip: Unicode's spaces, and no others, at the ends that the file names", () => {
    const vocab = { a: 1, " a": 2, "\ufeffa": 3 };
    expect(idsOf(ofText({ type: "Strip", strip_left: true, strip_right: true }, vocab), "\u0085 a \u3000")).toEqual([1]);
    expect(idsOf(ofText({ type: "Strip", strip_left: false, strip_right: true }, vocab), " a\u0085")).toEqual([2]);
    expect(idsOf(ofText({ type: "Strip", strip_left: true, strip_right: true }, vocab), " \ufeffa ")).toEqual([3]);
  });

  test("a replacement is taken as it is, and nothing is put in front of an empty text", () => {
    expect(idsOf(ofText({ type: "Replace", pattern: { String: "b" }, content: "$&$" }, { "a$&$": 1 }), "ab")).toEqual([1]);
    const strip = { type: "Strip", strip_left: true, strip_right: true };
    const marked = ofText({ type: "Sequence", normalizers: [strip, { type: "Prepend", prepend: "$$" }] }, { $$a: 1, $$: 2 });
    expect([idsOf(marked, " a"), idsOf(marked, " ")]).toEqual([[1], []]);
  });

  test("BertNormalizer and Lowercase: Chinese of 32 bits stands alone, a last sigma is a sigma", () => {
    const bert = { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true };
    const tokenizer = new SubwordTokenizer({ normalizer: bert, pre_tokenizer: { type: "BertPreTokenizer" }, model: { type: "WordLevel", vocab: { "<unk>": 0, a: 1, "\u{20000}": 2, "\u03bf\u03c3": 3, "\u4e00": 4 }, unk_token: "<unk>" } });
    expect(idsOf(tokenizer, "A\u{20000}\u4e00a \u039f\u03a3")).toEqual([1, 2, 4, 1, 3]);
    expect(idsOf(ofText({ type: "Lowercase" }, { "\u03bf\u03c3": 1 }), "\u039f\u03a3")).toEqual([1]);
  });
});

describe("added tokens", () => {
  const withTokens = (added: readonly object[], rest: object = {}): SubwordTokenizer =>
    new SubwordTokenizer({ normalizer: { type: "Lowercase" }, pre_tokenizer: { type: "WhitespaceSplit" }, added_tokens: added, model: { type: "WordLevel", vocab: { "<unk>": 0, a: 1, b: 2, "[day]": 3, ax: 4 }, unk_token: "<unk>" }, ...rest });
  const plain = { single_word: false, lstrip: false, rstrip: false };

  test("normalised ones are found in the normalised text, the others as they are written", () => {
    const tokenizer = withTokens([{ ...plain, id: 10, content: "[Day]", normalized: true, special: false }, { ...plain, id: 11, content: "[SEP]", normalized: false, special: true }]);
    for (const written of ["[Day]", "[DAY]", "[day]"]) expect(idsOf(tokenizer, `A ${written}b [SEP] [sep]`), written).toEqual([1, 10, 2, 11, 0]);
    expect([...tokenizer.encodeWithOffsets("A [DAY] b").ids]).toEqual([1, 10, 2]);
    const { starts, ends } = tokenizer.encodeWithOffsets("A [DAY] b");
    expect([starts[1], ends[1]]).toEqual([2, 7]);
    expect(tokenizer.tokenOf(10)).toBe("[Day]");
  });

  test("what is special is not normalised unless the file says so, and without a normalizer both are found as written", () => {
    const bare = withTokens([{ id: 10, content: "[DAY]" }, { id: 11, content: "[Sep]", special: true }], { normalizer: null });
    expect(idsOf(bare, "a [DAY] [day] [Sep]b")).toEqual([1, 10, 3, 11, 2]);
  });

  test("the longest of those that begin at one place; whole words; the spaces around", () => {
    const tokenizer = withTokens([
      { ...plain, id: 10, content: "x", normalized: false, single_word: true },
      { ...plain, id: 11, content: "<m>", normalized: false, lstrip: true, rstrip: true },
      { ...plain, id: 12, content: "<m>>", normalized: false },
    ]);
    expect(idsOf(tokenizer, "ax x a-x a\u0301x")).toEqual([4, 10, 0, 10, 0]); // "a-" and "a\u0301x" are no words of the vocabulary
    expect(idsOf(tokenizer, "a<m>>b<m>")).toEqual([1, 12, 2, 11]);
    const spaces = withTokens([{ ...plain, id: 11, content: "<m>", normalized: false, lstrip: true, rstrip: true }], { pre_tokenizer: null, model: { type: "WordLevel", vocab: { "<unk>": 0, a: 1, "\ufeffb": 2 }, unk_token: "<unk>" } });
    expect(idsOf(spaces, "a \u0085<m>  \ufeffb")).toEqual([1, 11, 2]);
  });

  test("Metaspace marks the first word of a text alone where the file says first", () => {
    const tokenizer = withTokens([{ ...plain, id: 10, content: "<m>", normalized: false }], { pre_tokenizer: { type: "Metaspace", replacement: "\u2581", prepend_scheme: "first" }, model: { type: "WordLevel", vocab: { "<unk>": 0, "\u2581a": 1, a: 2 }, unk_token: "<unk>" } });
    expect(idsOf(tokenizer, "a<m>a")).toEqual([1, 10, 2]);
    expect(idsOf(tokenizer, "<m>a")).toEqual([10, 2]);
  });
});

describe("decoders", () => {
  const space = { type: "Metaspace", replacement: "\u2581" };
  const decoded = (decoder: object, tokens: readonly string[]): string => new SubwordTokenizer({ decoder, model: { type: "WordLevel", vocab: { "<unk>": 0, ...Object.fromEntries(tokens.map((token, i) => [token, i + 1])) }, unk_token: "<unk>" } }).decode(tokens.map((_, i) => i + 1));

  test("Metaspace: the first token loses its marks, unless none is put in front of texts", () => {
    expect(decoded({ ...space, prepend_scheme: "always" }, ["\u2581a", "\u2581b"])).toBe("a b");
    expect(decoded({ ...space, prepend_scheme: "first" }, ["\u2581\u2581", "\u2581b"])).toBe(" b");
    expect(decoded({ ...space, prepend_scheme: "never" }, ["\u2581a", "\u2581b"])).toBe(" a b");
    expect(decoded({ ...space, add_prefix_space: false }, ["\u2581a", "\u2581b"])).toBe(" a b");
    expect(decoded({ type: "Sequence", decoders: [{ ...space, prepend_scheme: "never" }, { type: "Fuse" }] }, ["\u2581a"])).toBe(" a");
  });

  test("ByteFallback: U+FEFF is text, and bytes that are no character give one U+FFFD each", () => {
    expect(decoded({ type: "ByteFallback" }, ["<0xEF>", "<0xBB>", "<0xBF>", "a"])).toBe("\ufeffa");
    expect(decoded({ type: "ByteFallback" }, ["<0xE2>", "<0x82>", "a"])).toBe("\ufffd\ufffda");
  });
});

test("a Unigram model with byte_fallback spells what it does not know in bytes", () => {
  const bytes = ["<0xE2>", "<0x82>", "<0xAC>"];
  const tokenizer = new SubwordTokenizer({ model: { type: "Unigram", unk_id: 0, byte_fallback: true, vocab: [["<unk>", 0], ["a", -1], ...bytes.map((byte) => [byte, -5])] } });
  expect(idsOf(tokenizer, "a€a")).toEqual([1, 2, 3, 4, 1]); // the euro sign is E2 82 AC
  expect(idsOf(tokenizer, "é")).toEqual([0]); // C3 A9 are not in the vocabulary
  const { ids, starts, ends } = tokenizer.encodeWithOffsets("a€a");
  expect([...ids]).toEqual([1, 2, 3, 4, 1]);
  expect([starts[0], ends[0], starts[4], ends[4]]).toEqual([0, 1, 2, 3]);
});

test("segments of a pair: RoBERTa's are all the first, without a template the second text has its own", () => {
  const model = { type: "WordLevel", vocab: { "<unk>": 0, a: 1, "<s>": 2, "</s>": 3 }, unk_token: "<unk>" };
  const roberta = new SubwordTokenizer({ model, post_processor: { type: "RobertaProcessing", cls: ["<s>", 2], sep: ["</s>", 3], trim_offsets: true, add_prefix_space: false } }).encodePair("a", "a");
  expect([[...roberta.ids], [...roberta.segments]]).toEqual([[2, 1, 3, 3, 1, 3], [0, 0, 0, 0, 0, 0]]);
  const bare = new SubwordTokenizer({ model }).encodePair("a", "a");
  expect([[...bare.ids], [...bare.segments]]).toEqual([[1, 1], [0, 1]]);
});

test("what would be passed over is refused by name", () => {
  const model = { type: "BPE", vocab: { a: 0, "##b": 1, ab: 2 }, merges: [["a", "##b"]], continuing_subword_prefix: "##" };
  expect(() => new SubwordTokenizer({ model })).toThrow('model.continuing_subword_prefix: only "" can be run for a BPE model, got "##"');
  expect(() => words({ type: "Split", pattern: { String: " " }, behavior: "MergedWithNext", invert: false }, {})).toThrow('pre_tokenizer: Split: behavior: expected Isolated, or Removed, which alone may be inverted, got "MergedWithNext"');
});

test("templates that are no lists are refused with the place", () => {
  const damaged = { post_processor: { type: "TemplateProcessing", single: 3, pair: "x", special_tokens: [] }, model: { type: "WordLevel", vocab: { "<unk>": 0 }, unk_token: "<unk>" } };
  expect(() => new SubwordTokenizer(damaged)).toThrow("tokenizer.json: post_processor: its templates cannot be read");
});
