import { expect, test } from "vitest";
import { CATALOGUE, FAMILIES, findCard, findPaper } from "../../src/papers/catalogue/catalogue.ts";
import { SYSTEMS } from "../../src/systems/registry.ts";

test("the catalogue has 209 papers with unique slugs and unique arXiv identifiers", () => {
  expect(CATALOGUE).toHaveLength(209);
  expect(new Set(CATALOGUE.map(({ slug }) => slug)).size).toBe(209);
  expect(new Set(CATALOGUE.map(({ arxiv }) => arxiv)).size).toBe(209);
});

test("every entry is well formed", () => {
  for (const { slug, arxiv, title } of CATALOGUE) {
    expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(arxiv, slug).toMatch(/^\d{4}\.\d{4,5}$/);
    expect(title.trim(), slug).toBe(title);
    expect(title.length, slug).toBeGreaterThan(5);
  }
});

test("there are 21 families in alphabetical order, none empty", () => {
  const names = FAMILIES.map(({ name }) => name);
  expect(names).toHaveLength(21);
  expect(names).toEqual([...names].sort());
  expect(FAMILIES.every(({ papers }) => papers.length > 0)).toBe(true);
});

test("a paper is found by its slug", () => {
  expect(findPaper("crossmae")).toEqual({ slug: "crossmae", family: "masked", arxiv: "2401.14391", title: "Rethinking Patch Dependence for Masked Autoencoders" });
  expect(findPaper("crosmae")).toBeUndefined();
});

test("a card is found by its slug", () => {
  expect(findCard("crossmae")).toMatchObject({ slug: "crossmae", arxiv: "2401.14391", year: 2025, venue: "TMLR" });
  expect(findCard("crosmae")).toBeUndefined();
});

test("every system says of its paper what the catalogue says", async () => {
  for (const [slug, load] of Object.entries(SYSTEMS)) {
    const { family, title, arxiv } = (await load()).default;
    expect({ slug, family, title, arxiv }).toEqual(findPaper(slug));
  }
});
