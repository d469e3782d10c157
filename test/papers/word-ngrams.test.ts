import { expect, test } from "vitest";
import { fingerprint, packFingerprints, unpackFingerprints, wordRuns } from "./word-ngrams.ts";

test("runs are eight words long, lower-case, across punctuation", () => {
  expect(wordRuns("One two, three: FOUR five six (seven) eight-nine.")).toEqual([
    "one two three four five six seven eight",
    "two three four five six seven eight nine",
  ]);
});

test("a text of seven words has no run", () => {
  expect(wordRuns("one two three four five six seven")).toEqual([]);
});

test("a fingerprint is the beginning of the SHA-256 of the run", () => {
  // sha256("abc") = ba7816bf 8f01cfea ... (FIPS 180-2, appendix B.1)
  expect(fingerprint("abc")).toBe("ba7816bf8f");
});

test("fingerprints survive packing, sorted and without separators", () => {
  const packed = packFingerprints(new Set(["ffffffffff", "0000000001"]));
  expect([...packed]).toEqual([0, 0, 0, 0, 1, 255, 255, 255, 255, 255]);
  expect(unpackFingerprints(packed)).toEqual(new Set(["0000000001", "ffffffffff"]));
});

test("a cut file is refused", () => {
  expect(() => unpackFingerprints(Buffer.alloc(7))).toThrow("7 bytes are not a multiple of 5");
});
