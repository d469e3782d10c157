import { decode } from "fast-png";
import { expect, test } from "vitest";
import { defineSystem, MemoryStore, SILENT, reportHtml, runExperiment } from "../../src/lab/index.ts";
import type { System } from "../../src/lab/index.ts";
import { meanCurve, lineChart } from "../../src/lab/report/chart.ts";
import { count, effectText, significant, spread } from "../../src/lab/report/format.ts";
import { html } from "../../src/lab/report/html.ts";
import { fakeDefinition, fakeSystem } from "./fake-system.ts";

async function report(system: System): Promise<string> {
  const run = await runExperiment(system, {
    profile: "full", device: "cpu", store: new MemoryStore(), cache: new MemoryStore(), resume: false, signal: new AbortController().signal, progress: SILENT,
    provenance: { version: "1.2.3", commit: "0123456789abcdef", changed: true, machine: "a machine", node: "20" },
  });
  return reportHtml(system, run);
}

test("what a system says cannot become markup", async () => {
  const page = await report(fakeSystem({ title: `<script>alert("1")</script> & 'more'` }));
  expect(page).not.toContain("<script");
  expect(page).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;more&#39;");
});

test("the page asks the network for nothing", async () => {
  const page = await report(fakeSystem());
  expect(page).toContain(`content="default-src 'none'`);
  expect(page.match(/(?:src|href)="(?!data:)[^"]*"/g)).toEqual([`href="https://arxiv.org/abs/2401.00001"`]); // a link, not a load
});

test("verdict, conditions, seeds, arms and the way to run it again are there", async () => {
  const page = await report(fakeSystem());
  for (const part of ["Reproduced", "score(new) - score(baseline)", "≥ +0.05", "seed 3: +0.1", "± 0.01", "2 M", "npx reprise run fake --profile full --seeds 3", "commit 0123456789ab, with uncommitted changes", "No model is trained."]) {
    expect(page).toContain(part);
  }
});

test("pictures are inline PNG with the pixels they were given", async () => {
  const page = await report(fakeSystem());
  const png = /data:image\/png;base64,([^"]+)/.exec(page)?.[1] ?? "";
  expect([...decode(Buffer.from(png, "base64")).data]).toEqual([255, 0, 0, 255, 0, 0, 255, 255]);
});

test("tables at the paper's size stand in the report, and only where a system has them", async () => {
  const published = [{ caption: "cost at <224> pixels", columns: ["model", "GFLOPs"], rows: [["ours", 1.5]] }];
  const page = await report(defineSystem({ ...fakeDefinition(), published: () => published }));
  expect(page).toContain("At the paper's size");
  expect(page).toContain("cost at &lt;224&gt; pixels");
  expect(page).toContain(`<td>ours</td><td class="number">1.5</td>`);
  expect(await report(fakeSystem())).not.toContain("At the paper's size");
});

test("the html tag escapes what it is given and keeps html", () => {
  expect(html`<b title="${'"x"'}">${html`<i>${"<"}</i>`}${[html`1`, html`2`]}</b>`.text).toBe('<b title="&quot;x&quot;"><i>&lt;</i>12</b>');
});

test("a chart places its extremes on the frame", () => {
  const text = lineChart("loss", [{ name: "a", colour: 0, curves: [[[0, 0], [10, 1]]] }]).text;
  expect(text).toContain('points="56.0,260.0 624.0,12.0"'); // margins: left 56, right 16, top 12, bottom 40 of 640 x 300
});

test("a chart without a finite point is left out", () => {
  expect(lineChart("loss", [{ name: "a", colour: 0, curves: [[[0, NaN]]] }]).text).toBe("");
});

test("the mean of curves covers the steps they share", () => {
  expect(meanCurve([[[1, 2], [2, 4], [3, 9]], [[1, 4], [3, 1]]])).toEqual([[1, 3], [3, 5]]);
});

test("numbers read well", () => {
  expect([significant(0.123456), significant(0), significant(NaN), significant(12345678), significant(-0.00001234)]).toEqual(["0.1235", "0", "not finite", "1.23e+7", "-1.23e-5"]);
  expect([effectText(0.5, 0), effectText(-0.25, 0), effectText(1.77777, 1), spread(0.01273)]).toEqual(["+0.5", "\u22120.25", "1.78", "± 0.013"]);
  expect([count(23_800_000), count(1_500), count(12)]).toEqual(["23.8 M", "1.5 k", "12"]);
});
