import fc from "fast-check";
import { expect, test } from "vitest";
import { arxivIdentifier, familyName, normaliseDoi, titleKey } from "../../../src/papers/harvest/identifiers.ts";

test.each([
  ["2401.00001", "2401.00001"],
  ["2401.00001v12", "2401.00001"],
  ["0704.0001", "0704.0001"],
  ["arXiv:2401.00001v2", "2401.00001"],
  ["arxiv: 2401.00001", "2401.00001"],
  ["arXiv:2401.00001 [cs.CL]", "2401.00001"],
  ["http://arxiv.org/abs/2401.00001v1", "2401.00001"],
  ["https://www.arxiv.org/pdf/2401.00001v2.pdf", "2401.00001"],
  ["https://export.arxiv.org/abs/2401.00001?context=cs", "2401.00001"],
  ["https://huggingface.co/papers/2401.00001", "2401.00001"],
  ["oai:arXiv.org:cs/0112017", "cs/0112017"],
  ["cs/0112017v3", "cs/0112017"],
  ["math.GT/0309136", "math/0309136"],
  ["https://arxiv.org/abs/cond-mat/9701001", "cond-mat/9701001"],
  ["10.48550/arXiv.2401.00001", "2401.00001"],
  ["https://doi.org/10.48550/ARXIV.cs/0112017", "cs/0112017"],
])("%s is the arXiv identifier %s", (given, expected) => {
  expect(arxivIdentifier(given)).toBe(expected);
});

test.each([null, undefined, "", "2413.00001", "2401.001", "hello", "10.1000/182", "https://example.org/abs/2401.00001x", "cs/01120", "W2401000010"])("%s is no arXiv identifier", (given) => {
  expect(arxivIdentifier(given)).toBeNull();
});

test.each([
  ["10.1000/ABC", "10.1000/abc"],
  ["https://doi.org/10.1000/abc", "10.1000/abc"],
  ["http://dx.doi.org/10.1000/abc.", "10.1000/abc"],
  ["doi:10.1000/a%28b%29", "10.1000/a(b)"],
  ["DOI: 10.18653/v1/N19-1423", "10.18653/v1/n19-1423"],
  ["10.48550/arXiv.2401.00001", null],
  ["10.1000/a b", null],
  ["11.1000/abc", null],
  ["10.1/abc", null],
  ["not a doi", null],
  [undefined, null],
])("the DOI of %s is %s", (given, expected) => {
  expect(normaliseDoi(given)).toBe(expected);
});

test.each([
  ["{BERT}: Pre-training of Deep Nets", "BERT : Pretraining of deep nets."],
  ["Müller's Café", "M{\\\"u}ller's Caf\\'{e}"],
  ["Learning in $O(n^2)$ Time", "Learning in O(n²) time"],
  ["β-VAE", "$\\beta$-VAE"],
  ["Straße und Ærø", "Stra\\ss e und {\\AE}r{\\o}"],
  ["ﬁne‐tuning “well”", "fine-tuning 'well'"],
  ["\\emph{Very} \\textbf{deep} nets", "Very Deep Nets"],
  ["H<sub>2</sub>O", "H2O"],
  ["Fran\\c{c}ois", "François"],
])("%s and %s have one title key", (a, b) => {
  expect(titleKey(a)).toBe(titleKey(b));
  expect(titleKey(a)).toMatch(/^[\p{L}\p{N}]+$/u);
});

test("different words have different title keys, also in scripts without Latin letters", () => {
  expect(titleKey("Attention Is All You Need")).not.toBe(titleKey("Attention Is Not All You Need"));
  expect(titleKey("注意力机制")).toBe("注意力机制");
  expect(titleKey("注意力机制")).not.toBe(titleKey("自注意力"));
  expect(titleKey("???")).not.toBe(titleKey("!!!"));
});

test.each([
  ["Anna van der Berg", "berg"],
  ["van der Berg, Anna", "berg"],
  ["Berg, A.", "berg"],
  ["John Smith Jr.", "smith"],
  ["Smith, Jr., John", "smith"],
  ["José Núñez", "nunez"],
  ["Nunez, J.", "nunez"],
  ["Ole Sørensen", "sorensen"],
  ["Madonna", "madonna"],
  ["", null],
  [undefined, null],
])("the family name of %s is %s", (given, expected) => {
  expect(familyName(given)).toBe(expected);
});

test("any text whatever gives a title key that is its own, and never throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const key = titleKey(text);
      expect(titleKey(key)).toBe(key);
      arxivIdentifier(text);
      normaliseDoi(text);
      familyName(text);
    }),
  );
});
