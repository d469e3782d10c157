import { expect, test } from "vitest";
import { differences, sha256, stableJson } from "../../src/lab/json.ts";

test("equal values give equal text whatever the order of keys", () => {
  expect(stableJson({ b: [1, { d: 2, c: null }], a: "x" })).toBe('{"a":"x","b":[1,{"c":null,"d":2}]}');
});

test("a value that JSON cannot hold is named by its path", () => {
  expect(() => stableJson({ rates: [1, Infinity] })).toThrow("value.rates[1]: expected a JSON value, got Infinity");
});

test("differences are leaves, with absence as a value", () => {
  expect(differences({ a: 1, b: { c: [1, 2] }, same: 0 }, { a: 2, b: { c: [1, 3], d: true }, same: 0 })).toEqual([
    { path: "a", before: "1", after: "2" },
    { path: "b.c", before: "[1,2]", after: "[1,3]" },
    { path: "b.d", before: "absent", after: "true" },
  ]);
});

test("the hash is SHA-256", async () => {
  // the empty message's digest is in the standard's examples
  expect(await sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});
