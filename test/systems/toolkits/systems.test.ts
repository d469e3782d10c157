/** Both systems declare what can be run, and their tables hold the published counts. */
import { expect, test } from "vitest";
import tencentpretrain from "../../../src/systems/toolkits/tencentpretrain.ts";
import uer from "../../../src/systems/toolkits/uer.ts";
import { LETTER_IDS, lettersOf } from "../../../src/systems/toolkits/modality-batches.ts";

test("tables of published models hold the counts of their papers", () => {
  const counts = [...(uer.published?.() ?? []), ...(tencentpretrain.published?.() ?? [])].flatMap(({ rows }) => rows.map(([name, count]) => [name, count]));
  expect(Object.fromEntries(counts)).toEqual({
    "BERT-base, 30,522 words": 110_107_196,
    "BERT-base, 21,128 words": 102_883_210,
    "tiny, 21,128 words": 3_221_770,
    "mini, 21,128 words": 8_853_898,
    "GPT-2, 50,257 words": 124_439_808,
    "T5-base": 222_903_552,
    "T5 v1.1 base": 247_577_856,
    "GPT-2": 124_439_808,
    "LLaMA-7B": 6_738_415_616,
    // embedding and encoder 85,797,888, then the head: 768^2 + 768 and 768 * 1000 + 1000
    "ViT-base/16 with 1,000 classes": 85_797_888 + 768 * 768 + 768 + 768 * 1000 + 1000,
  });
});

test("letters leave room for start, end and padding", () => {
  expect(lettersOf("Don't  PANIC!")).toEqual([7, 18, 17, 30, 23, 3, 19, 4, 17, 12, 6]);
  expect(LETTER_IDS).toBe(31);
});
