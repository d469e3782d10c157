import { expect, test } from "vitest";
import { upright } from "../../../src/data/image/orient.ts";

/** The picture  a b / c d  with one letter's code per channel. */
const letters = (text: string) => Uint8Array.from([...text].flatMap((letter) => new Array<number>(3).fill(letter.charCodeAt(0))));

test.each([
  [1, "abcd"],
  [2, "badc"], // mirrored left to right
  [3, "dcba"], // turned by half
  [4, "cdab"], // mirrored top to bottom
  [5, "acbd"], // transposed
  [6, "cadb"], // to be turned a quarter clockwise
  [7, "dbca"], // transposed across the other diagonal
  [8, "bdac"], // to be turned a quarter counter-clockwise
])("orientation %i of  a b / c d  is %s", (orientation, expected) => {
  expect(upright({ width: 2, height: 2, data: letters("abcd") }, orientation).data).toEqual(letters(expected));
});
