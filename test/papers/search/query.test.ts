import fc from "fast-check";
import { expect, test } from "vitest";
import { QueryError } from "../../../src/papers/search/port.ts";
import { LONGEST_QUERY, parseQuery, yearsOf } from "../../../src/papers/search/query.ts";

test("words, phrases, fields and what is left out are told apart", () => {
  const parsed = parseQuery('masked "image modeling" title:view author:"Ada Byron" -video -"low light" family:masked year:2020..2022');
  expect(parsed.text).toBe("masked image modeling view");
  expect(parsed.required).toEqual([{ terms: ["image", "modeling"] }, { field: "title", terms: ["view"] }, { field: "author", terms: ["ada", "byron"] }]);
  expect(parsed.excluded).toEqual([{ terms: ["video"] }, { terms: ["low", "light"] }]);
  expect(parsed.filters).toEqual({ family: "masked", yearFrom: 2020, yearTo: 2022 });
  expect(parsed.terms).toEqual(["masked", "image", "modeling", "view", "ada", "byron"]);
});

test("a title can be pasted: colons before blanks, hyphens inside words and lone signs are no syntax", () => {
  const parsed = parseQuery("MultiMAE: Multi-modal Multi-task Masked Autoencoders - an overview");
  expect(parsed).toMatchObject({ required: [], excluded: [], filters: {}, notices: [] });
  expect(parsed.text).toContain("MultiMAE: Multi-modal");
});

test("an identifier in any of its forms asks for that paper, and its colon is no field", () => {
  for (const typed of ["2401.14391", "2401.14391v2", "arXiv:2401.14391", " arxiv:2401.14391v3 ", "https://arxiv.org/abs/2401.14391", "https://arxiv.org/pdf/2401.14391v1.pdf", "10.48550/arXiv.2401.14391"]) {
    expect(parseQuery(typed), typed).toMatchObject({ name: "2401.14391", required: [], filters: {}, notices: [] });
  }
  expect(parseQuery("doi:10.1000/182")).toMatchObject({ name: "10.1000/182", notices: [] });
  expect(parseQuery("2401.14391 and others").name).toBe("2401.14391 and others");
});

test("words that say nothing count only when there are no others", () => {
  expect(parseQuery("what is the attention of it").terms).toEqual(["attention"]);
  expect(parseQuery("what is it").terms).toEqual(["what", "is", "it"]);
});

test("LaTeX and curly quotes in queries are read like those in titles", () => {
  expect(parseQuery("$\\ell_1$ norm").terms).toEqual(["l1", "norm"]);
  expect(parseQuery("“masked views”").required).toEqual([{ terms: ["masked", "view"] }]);
});

test("an unknown field is a word, with the nearest field in a notice", () => {
  const parsed = parseQuery("autor:byron");
  expect(parsed.terms).toEqual(["autor", "byron"]);
  expect(parsed.notices).toEqual([expect.stringContaining('did you mean "author"')]);
  expect(parseQuery("https://arxiv.org/abs/2204.01678").notices).toEqual([]);
});

test("years are single, ranges, or open on one side", () => {
  expect(yearsOf("2021")).toEqual({ yearFrom: 2021, yearTo: 2021 });
  expect(yearsOf("2020..")).toEqual({ yearFrom: 2020 });
  expect(yearsOf("..2019")).toEqual({ yearTo: 2019 });
  for (const bad of ["", "..", "20", "2020-2021", "2022..2020", "2020..x"]) expect(() => yearsOf(bad)).toThrow(QueryError);
});

test("a query that is too long is refused with its length", () => {
  expect(() => parseQuery("x".repeat(LONGEST_QUERY + 1))).toThrow(/601 characters; at most 600/);
});

test("no text makes the parser fail, or slow", () => {
  const nasty = fc.oneof(fc.string({ unit: "binary", maxLength: 120 }), fc.array(fc.constantFrom('"', "-", ":", "title:", "year:2020", "\\", "$", "{", "}", "^", "(a+)+$", " ", "\u202e", "\ud800", "\0", "é", "%", "'"), { maxLength: 40 }).map((parts) => parts.join("")));
  fc.assert(
    fc.property(nasty, (text) => {
      try {
        const { terms } = parseQuery(text);
        expect(terms.every((term) => /^[\p{L}\p{N}\p{M}]+$/u.test(term))).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(QueryError);
      }
    }),
    { numRuns: 300 },
  );
  const began = performance.now();
  for (const unit of ['"', "-", "$", "\\", "a:", '-"', "{", "\\'", "$a"]) parseQuery(unit.repeat(LONGEST_QUERY / unit.length));
  expect(performance.now() - began).toBeLessThan(2000);
});
