import { expect, test } from "vitest";
import { readable } from "../../../src/papers/search/readable.ts";
import { termsOf } from "../../../src/papers/search/terms.ts";

test("LaTeX becomes what is read: accents, Greek letters, indices, markup", () => {
  expect(readable("Schr\\\"{o}dinger and Poincar\\'e, by Erd\\H{o}s")).toBe("Schrödinger and Poincaré, by Erdős");
  expect(readable("$\\alpha$-divergence for $\\ell_1$ and $L_{2}$")).toBe("α-divergence for ℓ1 and L2");
  expect(readable("\\textbf{Bold} and \\emph{slanted} words")).toBe("Bold and slanted words");
  expect(readable("100\\% of R\\&D")).toBe("100% of R&D");
  expect(readable("$k$-NN in $\\mathbb{R}^{d}$")).toBe("k-NN in Rd");
});

test("text without LaTeX is untouched, prices included", () => {
  expect(readable("set {a, b} and a_b ^ c")).toBe("set {a, b} and a_b ^ c");
  expect(readable("from $5 to $10")).toBe("from $5 to $10");
});

test("one term for what is written in several ways", () => {
  expect(termsOf(readable("$\\alpha$"))).toEqual(termsOf("Alpha"));
  expect(termsOf("α")).toEqual(["alpha"]);
  expect(termsOf(readable("$\\ell_1$"))).toEqual(termsOf("L1"));
  expect(termsOf("Erdős")).toEqual(termsOf("erdos"));
  expect(termsOf("pre-training")).toEqual(["pre", "training", "pretraining"]);
  expect(termsOf("networks studies boxes bus class is")).toEqual(["network", "study", "boxe", "bus", "class", "is"]);
});
