import { expect, test } from "vitest";
import { parseBitext } from "../../../src/data/sources/deb-bitext.ts";

const PACKAGES = `Package: zeta
Source: zeta-src (1.2)
Description-md5: aa

Package: alpha
Description-md5: aa

Package: beta
Description-md5: bb

Package: gamma
Description-md5: cc
`;
const ENGLISH = `Package: alpha
Description-md5: aa
Description-en: tool for archives
 First line
 goes on.
 .
 Second.

Package: beta
Description-md5: bb
Description-en: a game
 Played alone.

Package: gamma
Description-md5: cc
Description-en: a font
 Thin.
`;
const GERMAN = `Package: alpha
Description-md5: aa
Description-de: Werkzeug für Archive
 Erste Zeile.
 .
 Zweite.

Package: beta
Description-md5: bb
Description-de: ein Spiel
 Allein gespielt.
 .
 Ein Absatz zu viel.

Package: gamma
Description-md5: cc
Description-de: a font
 Dünn.
`;

test("descriptions join their translations by digest, once each, when their paragraphs agree and something was translated", () => {
  expect(parseBitext(PACKAGES, new Map([["en", ENGLISH], ["de", GERMAN]]))).toEqual([
    { name: "alpha", source: "alpha", texts: { en: ["tool for archives", "First line goes on.", "Second."], de: ["Werkzeug für Archive", "Erste Zeile.", "Zweite."] } },
  ]);
});
