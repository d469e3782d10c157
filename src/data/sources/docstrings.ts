/** `code/docstrings`: what Python's standard library and packages for machine learning say about their classes and functions. */
import { SourceError } from "../source-error.ts";
import { defineSource, provenanceOf } from "../source.ts";
import type { LoadedPack, PackageReference, Provenance, SourceCard } from "../source.ts";
import { documentSplit } from "../text/document-split.ts";

export interface Docstring {
  /** `sklearn/cluster/_kmeans.py`; the split key. */
  readonly file: string;
  /** Name of the class or function, without what encloses it; the file's name for a module. */
  readonly name: string;
  readonly kind: "module" | "class" | "function";
  /** First paragraph in one line. */
  readonly summary: string;
  /** The paragraphs after it up to the first section of parameters; lines joined. */
  readonly paragraphs: readonly string[];
}

export interface DocstringSet {
  readonly records: readonly Docstring[];
  /** uint8 [records]: 0 train, 1 dev, 2 test; equal for records of one file. */
  readonly splits: Uint8Array;
  readonly provenance: Provenance;
}

const deb = (name: string, version: string, integrity: string, bytes: number): PackageReference => ({ registry: "deb", name, version, integrity: `sha512-${integrity}`, bytes, part: "python" });

const card: SourceCard = {
  id: "code/docstrings",
  version: 1,
  title: "Docstrings of Python packages (English)",
  licence: "PSF-2.0 (standard library), BSD-3-Clause (scikit-learn, PyTorch and its companions), Apache-2.0 (NLTK), LGPL-2.1 (Gensim); loaded only, never shipped",
  packages: [
    deb("libpython3.11-stdlib", "3.11.2-6+deb12u9", "13q1wSu1jdcgAJzatQvdL7oc5jZ3DkIUpJVgkqFgK1O/+fZ/dCVPW0tjf5u/J8dleNW2xKqAeqX3pSUHeo+jiQ==", 1_798_408),
    deb("libpython3.11-minimal", "3.11.2-6+deb12u9", "x/qmHAdtVEiDF5n4uhU1zaay+OlCuLjQWcjH/2rzkZN6eGhZCF2+7vQXqSn4FP6KkmNNl/Mb1psE6U7gtdrdzQ==", 820_928),
    deb("python3-sklearn", "1.2.1+dfsg-1", "vAEByzoGw8Yau0MioQoi7iqzkQvrdDsl7ntg3XfxrOuUGhqAHW6/GiXfJxDyA8TDApwrjFnaiW1eJtsf0w/XFQ==", 2_102_964),
    deb("python3-torch", "1.13.1+dfsg-4", "9i+dyuniln+KpZBSNv2WNDic5JWaeetJNCX+jT6vm5+65PqO73aOzpYvFi4FvrQ4m2cw3jGVx19JLjUrfEiQmg==", 9_043_516),
    deb("python3-torchvision", "0.14.1-2", "ZQapPLu+QjyDUJFvcmopn11tfLy+DEYpOWFgNmOpk3kO7jIjXhaMU94/FLlDKUqoa5083AEsYBiwRVkW3iSkUQ==", 602_004),
    deb("python3-torchaudio", "0.13.1-1", "4yS7IXa+vX+aE4xNJxuA5muRJY8Ku8/mgdC2vIJsQ5Lz2t1K2RccG+635nsIZOm6hS/P7uqx54LsVYrvykvDtg==", 553_448),
    deb("python3-torchtext", "0.14.1-2", "/GzMb2zNqvO2bXAnVU1dXeGTcMZ0AixAWQNfz5fuNm8QulFWst1LyAOtfWD+9dSuthghvim9ecr/I2pBlTVR/g==", 76_972),
    deb("python3-nltk", "3.8-1", "LYCUkKZ26HQIY48qBDYtryWy80wkZtxgiQ3EzN7Ya38XKI0JYmPNpEPHBPEiKeh9W3b2JEHqHjD9BGR21BJnWw==", 1_003_688),
    deb("python3-gensim", "4.2.0+dfsg-1+deb12u1", "WfyOVWxRdFd9/XVwsCz7HwT5H5j/Jmi1EEsaPIR+p7FSsxWkpFVfuajI4U+aQwarmCaxAnW0WosSc4l8C36QdA==", 704_300),
  ],
  records: 17_601,
  splitKey: "file: 88 % train, 4 % dev, 8 % test",
  description: "Names with the first and the following paragraphs of their docstrings; sections of parameters, examples and the like are left out, tests and files without docstrings too.",
};

const SOURCE_FILE = /^usr\/lib\/(?:python3\.11|python3\/dist-packages)\/(.+\.py)$/;
const LEFT_OUT = /(^|\/)(tests?|testing|idlelib|lib2to3|_vendor|externals)\//;
/** A class or function with its docstring, or the docstring a file begins with. */
const DEFINITION = /^[ \t]*(class|def)[ \t]+(\w+)[^\n]*?(?:\([\s\S]{0,1500}?\)[^\n:]*)?:[ \t]*(?:#[^\n]*)?\n\s*[rRuU]?("""|''')([\s\S]*?)\3/gm;
const MODULE = /^(?:#[^\n]*\n|\s*\n)*[rRuU]?("""|''')([\s\S]*?)\1/;
/** Where prose ends: a heading with a line below it, `Args:`, a field, a prompt. */
const SECTION = /\n[ \t]*(?:[A-Z][\w ]*\n[ \t]*[-=~]{3,}|[A-Z][\w ]*:{1,2}[ \t]*\n|:\w+|@\w+|\.\. |>>>|Args?:|Shape:)/;

/** Paragraphs of the prose of a docstring, marks of reStructuredText taken off. */
export function proseOf(docstring: string): string[] {
  const end = docstring.search(SECTION);
  return (end < 0 ? docstring : docstring.slice(0, end))
    .split(/\n[ \t]*\n/)
    .map((paragraph) => paragraph.replace(/:\w+:`~?\.?([^`<]+?)(?:\s*<[^>]*>)?`/g, "$1").replace(/[`*|]+|\\\w+/g, " ").replace(/\s+/g, " ").trim())
    .filter((paragraph) => /[a-z]{3}/.test(paragraph));
}

/** Records of one file, in order. */
export function parsePython(file: string, text: string): Docstring[] {
  const module = MODULE.exec(text);
  const found = [
    ...(module === null ? [] : [{ kind: "module" as const, name: file.replace(/(\/__init__)?\.py$/, "").split("/").at(-1) as string, text: module[2] as string }]),
    ...[...text.matchAll(DEFINITION)].map(([, keyword, name, , docstring]) => ({ kind: keyword === "class" ? ("class" as const) : ("function" as const), name: name as string, text: docstring as string })),
  ];
  return found.flatMap(({ kind, name, text: docstring }): Docstring[] => {
    const [summary, ...paragraphs] = proseOf(docstring);
    return summary === undefined ? [] : [{ file, name, kind, summary, paragraphs }];
  });
}

export const docstrings = defineSource<DocstringSet>({
  card,
  wants: (path) => SOURCE_FILE.test(path) && !LEFT_OUT.test(path),

  async freeze(_part, files, progress) {
    const sources = [...files.values()].flatMap((inside) => [...inside]).sort(([a], [b]) => (a < b ? -1 : 1));
    if (sources.length === 0) throw new SourceError(`${card.id}: the packages hold no Python files`);
    const rows: [string, string, Docstring["kind"], string, string[]][] = [];
    const seen = new Set<string>();
    for (const [i, [path, bytes]] of sources.entries()) {
      const file = SOURCE_FILE.exec(path)?.[1] as string;
      for (const { name, kind, summary, paragraphs } of parsePython(file, new TextDecoder().decode(bytes))) {
        const key = `${name} ${summary} ${paragraphs.join(" ")}`;
        if (seen.has(key)) continue; // inherited by copying
        seen.add(key);
        rows.push([file, name, kind, summary, [...paragraphs]]);
      }
      if (i % 100 === 0) await progress(i, sources.length);
    }
    return { arrays: {}, meta: { rows } };
  },

  thaw(packs) {
    const [{ pack }] = packs as [LoadedPack]; // the card has one part
    const rows = pack.meta["rows"] as [string, string, Docstring["kind"], string, string[]][];
    const records = rows.map(([file, name, kind, summary, paragraphs]): Docstring => ({ file, name, kind, summary, paragraphs }));
    return { records, splits: Uint8Array.from(records, ({ file }) => documentSplit(file)), provenance: provenanceOf(card, packs) };
  },
});
