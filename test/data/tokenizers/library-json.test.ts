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

  test("Split by a text: removed where it is to be removed, kept where it stands alone", () => {
    const vocab = { a: 1, ".": 2, b: 3 };
    expect(idsOf(words({ type: "Split", pattern: { String: "." }, behavior: "Removed", invert: false }, vocab), "a.b")).toEqual([1, 3]);
    expect(idsOf(words({ type: "Sequence", pretokenizers: [{ type: "Split", pattern: { String: "." }, behavior: "Isolated", invert: false }] }, vocab), "a.b")).toEqual([1, 2, 3]);
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
  expect(() => new SubwordTokenizer({ added_tokens: [{ id: 1, content: "x", single_word: true }], model: { type: "WordLevel", vocab: { "<unk>": 0 }, unk_token: "<unk>" } })).toThrow('added_tokens: "x": single_word: only false can be run');
});
