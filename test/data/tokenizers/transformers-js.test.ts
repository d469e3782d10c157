import { PreTrainedTokenizer } from "@huggingface/transformers";
import { expect, test } from "vitest";
import { byteTokenizer, trainBytePairs } from "../../../src/data/tokenizers/train/byte-pairs.ts";
import { characterTokenizer } from "../../../src/data/tokenizers/train/characters.ts";
import { trainUnigram } from "../../../src/data/tokenizers/train/unigram.ts";
import { trainWordPiece } from "../../../src/data/tokenizers/train/wordpiece.ts";
import { CORPUS, HOSTILE } from "./reference.ts";

const trained = {
  "byte pairs": trainBytePairs(CORPUS, { size: 420, sentinels: 8 }),
  WordPiece: trainWordPiece(CORPUS, { size: 300 }),
  unigram: trainUnigram(CORPUS, { size: 200 }),
  characters: characterTokenizer(CORPUS, { size: 100 }),
  bytes: byteTokenizer(),
};

for (const [name, tokenizer] of Object.entries(trained)) {
  test(`transformers.js reads the files of ${name} and gives the same ids, single and in pairs`, () => {
    const theirs = new PreTrainedTokenizer(JSON.parse(JSON.stringify(tokenizer.toJson())), JSON.parse(JSON.stringify(tokenizer.toConfigJson())));
    expect(theirs.pad_token_id).toBe(0);
    expect(theirs.mask_token_id).toBe(3);
    // U+FEFF is a space to transformers.js where it cuts words.
    for (const text of HOSTILE.filter((each) => each !== "" && !(name === "unigram" && each.includes("\ufeff")))) {
      expect(theirs.encode(text), JSON.stringify(text)).toEqual([...tokenizer.encodePair(text).ids]);
      expect(theirs.encode(text, { text_pair: "and more" }), JSON.stringify(text)).toEqual([...tokenizer.encodePair(text, "and more").ids]);
    }
  });
}
