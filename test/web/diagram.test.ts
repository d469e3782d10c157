import { expect, test } from "vitest";
import { BOX, layoutDiagram } from "../../web/diagram/layout.ts";
import { FAMILIES } from "../../src/papers/catalogue/catalogue.ts";
import { sourcesOf } from "../../src/papers/catalogue/family.ts";
import type { Stage } from "../../src/papers/catalogue/family.ts";

const ALL = FAMILIES.flatMap(({ papers }) => papers);

test("a chain stands in one column, each stage below the one it reads", () => {
  const chain: Stage[] = [{ label: "a", kind: "input" }, { label: "b", kind: "encoder" }, { label: "c", kind: "loss" }];
  const { stages, lines, width, columns } = layoutDiagram(chain);
  expect(stages.map(({ x }) => x)).toEqual([0, 0, 0]);
  expect(stages.map(({ y }) => y)).toEqual([0, 88, 176]);
  expect({ width, columns }).toEqual({ width: BOX.width, columns: 1 });
  expect(lines.map(({ points }) => points)).toEqual([[[93, 54], [93, 88]], [[93, 142], [93, 176]]]);
});

test("an input stands right above its first reader, not at the top", () => {
  const { stages } = layoutDiagram([
    { label: "image", kind: "input" },
    { label: "positions", kind: "input" },
    { label: "encoder", kind: "encoder", from: [0] },
    { label: "decoder", kind: "decoder", from: [1, 2] },
  ]);
  expect(stages.map(({ y }) => y / 88)).toEqual([0, 1, 1, 2]);
});

test("in every paper's diagram no boxes overlap, no line runs through a box, and lines go down", () => {
  const problems: string[] = [];
  for (const { slug, diagram } of ALL) {
    const { stages, lines, boxWidth, width, height } = layoutDiagram(diagram);
    const boxes = stages.map(({ x, y }) => ({ left: x, right: x + boxWidth, top: y, bottom: y + BOX.height }));
    for (const [i, a] of boxes.entries()) {
      if (a.left < 0 || a.right > width || a.bottom > height) problems.push(`${slug}: box ${i} leaves the drawing`);
      for (const [j, b] of boxes.entries()) if (j > i && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) problems.push(`${slug}: boxes ${i} and ${j} overlap`);
    }
    for (const { from, to, points } of lines) {
      for (const [index, [x, y]] of points.entries()) {
        const before = points[index - 1];
        if (before && before[1] >= y) problems.push(`${slug}: line ${from}-${to} does not go down`);
        const inside = boxes.findIndex((box) => x > box.left && x < box.right && y > box.top && y < box.bottom);
        if (inside >= 0) problems.push(`${slug}: line ${from}-${to} runs through box ${inside}`);
      }
    }
    const wanted = diagram.flatMap((stage, position) => sourcesOf(stage, position).map((source) => `${source}-${position}`));
    if (lines.map(({ from, to }) => `${from}-${to}`).sort().join() !== wanted.sort().join()) problems.push(`${slug}: lines do not match the stages`);
  }
  expect(problems).toEqual([]);
});

test("diagrams stay narrow enough to be read on a page", () => {
  expect(ALL.filter(({ diagram }) => layoutDiagram(diagram).width > 700).map(({ slug, diagram }) => `${slug} ${layoutDiagram(diagram).width}`)).toEqual([]);
});
