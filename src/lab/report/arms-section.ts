/** The parts of the report that show what the arms measured: table, curves, pictures, small tables, notes. */
import { COLOURS, lineChart } from "./chart.ts";
import { EMPTY, html } from "./html.ts";
import type { Html } from "./html.ts";
import { count, seconds, significant, spread } from "./format.ts";
import type { RunRecord } from "../run-record.ts";
import { metricNames, spreadOf } from "../summary.ts";

type Arms = RunRecord["arms"];

/** One row an arm: cost and metrics, mean over seeds with the standard deviation. */
export function armsTable({ arms, skipped, seeds, equal }: RunRecord): Html {
  if (arms.length === 0) return EMPTY;
  const metrics = [...new Set(arms.flatMap(({ perSeed }) => metricNames(perSeed)))];
  const left = skipped.length === 0 ? EMPTY : html`<p class="quiet">Left out because the minutes of the quick profile were over: ${skipped.join(", ")}.</p>`;
  return html`<h2>The arms</h2>
<div class="scroll"><table><thead><tr><th>Arm</th><th class="number">Parameters</th><th class="number">FLOPs a step</th><th class="number">Steps</th><th class="number">Time</th>${metrics.map((name) => html`<th class="number">${name}</th>`)}</tr></thead>
<tbody>${arms.map((arm, index) => armRow(arm, index, metrics))}</tbody></table></div>
<p class="quiet">${seeds.length === 1 ? "One seed." : `Means over ${seeds.length} seeds, ± standard deviation.`} Trained arms get equal ${equal === "flops" ? "FLOPs" : equal} unless they say otherwise. FLOPs are counted from the graph, two per multiply-add. Time is spent in training steps only.</p>${left}`;
}

function armRow({ name, role, description, perSeed }: Arms[number], index: number, metrics: readonly string[]): Html {
  const cell = (metric: string): Html => {
    if (!metricNames(perSeed).includes(metric)) return html`<td></td>`;
    const { mean, deviation } = spreadOf(perSeed, metric);
    return html`<td class="number">${significant(mean)}${perSeed.length > 1 ? html`<small>${spread(deviation)}</small>` : EMPTY}</td>`;
  };
  const average = (metric: string): number => spreadOf(perSeed, metric).mean ?? 0;
  const cost = (metric: string, show: (value: number) => string): Html => html`<td class="number">${average(metric) === 0 ? "\u2013" : show(average(metric))}</td>`; // floors cost nothing
  return html`<tr><td><span class="swatch" style="--tone: var(--series-${(index % COLOURS) + 1})"></span>${name} <span class="badge none">${role}</span><small>${description}</small></td>
${cost("parameters", count)}${cost("flopsPerStep", count)}${cost("steps", count)}${cost("seconds", seconds)}${metrics.map(cell)}</tr>`;
}

/** One chart a curve name, all arms together. */
export function curves({ arms }: RunRecord): Html {
  const names = [...new Set(arms.flatMap(({ perSeed }) => perSeed.flatMap((record) => Object.keys(record.curves))))];
  if (names.length === 0) return EMPTY;
  const charts = names.map((name) =>
    lineChart(name, arms.map((arm, colour) => ({ name: arm.name, colour, curves: arm.perSeed.flatMap((record) => record.curves[name] ?? []).length > 0 ? arm.perSeed.map((record) => record.curves[name] ?? []) : [] }))),
  );
  return html`<h2>Curves</h2><div class="charts">${charts}</div>`;
}

/** Pictures, tables and notes of the first seed of each arm. */
export function extras({ arms }: RunRecord): Html {
  const shown = arms.flatMap(({ name, perSeed }) => {
    const record = perSeed[0];
    return record && record.pictures.length + record.tables.length + record.notes.length > 0 ? [{ name, record }] : [];
  });
  if (shown.length === 0) return EMPTY;
  const parts = shown.map(({ name, record: { seed, pictures, tables, notes } }) => {
    const images = pictures.map(
      ({ caption, width, height, png }) => html`<figure><img alt="${caption}" width="${width}" height="${height}" src="data:image/png;base64,${png}"><figcaption>${caption}</figcaption></figure>`,
    );
    return html`<h3>${name} <span class="quiet">seed ${seed}</span></h3>${images.length > 0 ? html`<div class="pictures">${images}</div>` : EMPTY}${tables.map(smallTable)}${notes.map((note) => html`<p>${note}</p>`)}`;
  });
  return html`<h2>A closer look</h2>${parts}`;
}

export function smallTable({ caption, columns, rows }: { caption: string; columns: readonly string[]; rows: readonly (readonly (string | number | null)[])[] }): Html {
  const cell = (value: string | number | null): Html => (typeof value === "string" ? html`<td>${value}</td>` : html`<td class="number">${significant(value)}</td>`);
  const heading = (name: string, column: number): Html => (rows.every((row) => typeof row[column] !== "string") ? html`<th class="number">${name}</th>` : html`<th>${name}</th>`);
  return html`<figure class="small"><figcaption>${caption}</figcaption><div class="scroll"><table><thead><tr>${columns.map(heading)}</tr></thead><tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody></table></div></figure>`;
}
