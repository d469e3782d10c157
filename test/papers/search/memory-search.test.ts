import { expect, test } from "vitest";
import { wordEncoder } from "./support/models.ts";
import { documentOf, encodedTexts } from "../../../src/papers/search/documents.ts";
import { MemorySearch } from "../../../src/papers/search/memory-search.ts";
import { packVectors, unpackVectors } from "../../../src/papers/search/packed-vectors.ts";
import { paper } from "../support/paper.ts";

const DOCUMENTS = [
  paper("b", { slug: "b", title: "Hiding parts of a photograph", abstract: "Some of it is left out and guessed." }),
  paper("a", { slug: "a", title: "Spoken words", abstract: "They are written down." }),
  paper("c", { slug: "c", title: "Drawings of graphs", abstract: "Nodes are drawn." }),
].map(documentOf);

test("papers at hand are found by words, and by meaning once vectors are there", async () => {
  const search = new MemorySearch(DOCUMENTS);
  const ids = async (query: string): Promise<string[]> => (await search.search(query, {}, 10)).hits.map(({ id }) => id);
  expect(await ids("picture")).toEqual([]);
  expect(await ids("")).toEqual(["b", "a", "c"]); // in the order they came
  expect((await search.suggest("dra", 5)).map(({ id }) => id)).toEqual(["c"]);
  const encoder = wordEncoder();
  const counts = DOCUMENTS.map((document) => encodedTexts(document).length);
  const rows = unpackVectors(packVectors(await encoder.encode(DOCUMENTS.flatMap(encodedTexts), "document")), encoder.dimension, counts);
  search.addMeaning({ encoder, vectors: new Map(DOCUMENTS.map(({ id }, i) => [id, rows[i] as Float32Array])) });
  expect((await ids("picture"))[0]).toBe("b"); // a photograph is a picture to this encoder
  expect((await search.similar("b", 2)).map(({ id }) => id)).not.toContain("b");
  expect(await search.similar("nothing", 2)).toEqual([]);
});

test("packed vectors keep their direction to a hundredth, and their length", () => {
  const vectors = Array.from({ length: 20 }, (_, i) => {
    const vector = Float32Array.from({ length: 32 }, (__, j) => Math.sin(1 + i * 37 + j * j));
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  });
  const [first, second] = unpackVectors(packVectors(vectors), 32, [5, 15]);
  const unpacked = Float32Array.from([...(first as Float32Array), ...(second as Float32Array)]);
  vectors.forEach((vector, i) => {
    const own = unpacked.subarray(32 * i, 32 * (i + 1));
    expect(Math.hypot(...own)).toBeCloseTo(1, 5);
    expect(vector.reduce((sum, value, j) => sum + value * (own[j] as number), 0)).toBeGreaterThan(0.9999);
  });
  expect(() => unpackVectors(new Int8Array(31), 32, [1])).toThrow(/expected 32 bytes, got 31/);
});
