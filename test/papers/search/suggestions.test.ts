import { expect, test } from "vitest";
import { documentOf } from "../../../src/papers/search/documents.ts";
import { Suggestions } from "../../../src/papers/search/suggestions.ts";
import { paper } from "../support/paper.ts";

const croco = documentOf(paper("croco", { slug: "croco", title: "CroCo: Cross-View Completion", authors: ["Romain Brégier"], keywords: ["masked autoencoder"] }));
const mae = documentOf(paper("mae", { slug: "mae", title: "Masked Autoencoders", keywords: ["masked autoencoder"] }));

function suggestions(): Suggestions {
  const made = new Suggestions();
  made.add(croco);
  made.add(mae);
  return made;
}

test("labels that begin as typed come first, papers before keywords; accents, capitals and signs do not matter", () => {
  expect(suggestions().find("mask", 5)).toEqual([
    { kind: "paper", text: "Masked Autoencoders", id: "mae" },
    { kind: "keyword", text: "masked autoencoder" },
  ]);
  expect(suggestions().find("bregier", 5)).toEqual([{ kind: "author", text: "Romain Brégier" }]);
  expect(suggestions().find("CROCO cross", 5)).toEqual([{ kind: "paper", text: "CroCo: Cross-View Completion", id: "croco" }]);
  expect(suggestions().find("  ", 5)).toEqual([]);
});

test("what was sorted in, what waits and what went is told apart", () => {
  const found = suggestions();
  found.settle();
  found.remove(mae);
  expect(found.find("mask", 5)).toEqual([{ kind: "keyword", text: "masked autoencoder" }]);
  found.add(mae);
  expect(found.find("auto", 5).map(({ text }) => text)).toEqual(["Masked Autoencoders", "masked autoencoder"]);
  found.remove(croco);
  found.remove(mae);
  found.settle();
  expect(found.find("mask", 5)).toEqual([]);
});
