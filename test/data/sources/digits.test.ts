import { expect, test } from "vitest";
import { FOLDS } from "../../../src/data/folds.ts";
import { pictureReaders } from "../../../src/data/node/picture-readers.node.ts";
import { pixelsOf } from "../../../src/data/image/image-set.ts";
import { digits } from "../../../src/data/sources/digits.ts";

test("the package (4.9 MB, fetched once) gives 10,000 digits, and no picture stands in two folds", async () => {
  const set = await digits.load();
  expect([set.count, set.height, set.width, set.channels]).toEqual([10_000, 28, 28, 1]);
  expect(set.pixels.length).toBe(7_840_000);
  const perClass = new Array<number>(10).fill(0);
  for (const label of set.labels) perClass[label]!++;
  expect(perClass).toEqual([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]); // counted in the package's files
  expect(Math.max(...pixelsOf(set, 0))).toBeGreaterThan(200);
  const foldOfPicture = new Map<string, number>();
  for (let i = 0; i < set.count; i++) {
    const content = Buffer.from(pixelsOf(set, i)).toString("latin1");
    const fold = set.folds[i] as number;
    expect(fold).toBeLessThan(FOLDS);
    expect(foldOfPicture.get(content) ?? fold).toBe(fold);
    foldOfPicture.set(content, fold);
  }
});

test("a package without a digit's file is refused", async () => {
  await expect(digits.freeze("all", new Map([["mnist", new Map()]]), async () => undefined, pictureReaders)).rejects.toThrow("img/digits: the package has no src/digits/0.json");
});
