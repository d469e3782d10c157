/**
 * A line chart as inline SVG. Colours come from the page's custom properties `--series-1` ..., so one drawing serves light
 * and dark. Seeds of one arm share a colour; their mean is drawn strong, each seed faint.
 */
import { scaleLinear } from "d3-scale";
import { EMPTY, Html, html } from "./html.ts";
import { significant } from "./format.ts";
import type { Curve } from "../measurement.ts";

export interface Series {
  readonly name: string;
  /** One curve a seed. */
  readonly curves: readonly Curve[];
  /** Which of the page's colours, from 0. */
  readonly colour: number;
}

const WIDTH = 640;
const HEIGHT = 300;
const MARGIN = { left: 56, right: 16, top: 12, bottom: 40 };
export const COLOURS = 8;

/** A chart of all series, or nothing when no point is finite. */
export function lineChart(title: string, series: readonly Series[]): Html {
  const drawn = series.map((item) => ({ ...item, curves: item.curves.map(finitePoints).filter((curve) => curve.length > 0) })).filter(({ curves }) => curves.length > 0);
  const points = drawn.flatMap(({ curves }) => curves.flat());
  if (points.length === 0) return EMPTY;
  const x = scaleLinear(extent(points.map(([step]) => step)), [MARGIN.left, WIDTH - MARGIN.right]);
  const y = scaleLinear(extent(points.map(([, value]) => value)), [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(5);
  const place = ([step, value]: readonly [number, number]): string => `${x(step).toFixed(1)},${y(value).toFixed(1)}`;

  const grid = y.ticks(5).map(
    (tick) => html`<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}"/>
<text class="tick" x="${MARGIN.left - 8}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${significant(tick)}</text>`,
  );
  const steps = x.ticks(6).map((tick) => html`<text class="tick" x="${x(tick).toFixed(1)}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${significant(tick)}</text>`);
  const line = (curve: Curve, style: string): Html =>
    curve.length === 1
      ? html`<circle ${new Html(style)} cx="${x(curve[0]?.[0] ?? 0).toFixed(1)}" cy="${y(curve[0]?.[1] ?? 0).toFixed(1)}" r="3"/>`
      : html`<polyline ${new Html(style)} points="${curve.map(place).join(" ")}"/>`;
  const lines = drawn.flatMap(({ curves, colour }) => {
    const tone = `--tone: var(--series-${(colour % COLOURS) + 1})`;
    const seeds = curves.length > 1 ? curves.map((curve) => line(curve, `class="seed" style="${tone}"`)) : [];
    return [...seeds, line(meanCurve(curves), `class="mean" style="${tone}"`)];
  });
  const legend = drawn.map(({ name, colour }) => html`<li style="--tone: var(--series-${(colour % COLOURS) + 1})">${name}</li>`);
  return html`<figure class="chart">
<figcaption>${title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title} by step">${grid}${steps}
<text class="tick" x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 4}" text-anchor="middle">step</text>${lines}</svg>
<ul class="legend">${legend}</ul>
</figure>`;
}

/** Mean over curves at the steps that all of them have. */
export function meanCurve(curves: readonly Curve[]): Curve {
  const [first = [], ...others] = curves.map((curve) => new Map(curve));
  return [...first].flatMap(([step, value]) => {
    const values = [value, ...others.map((curve) => curve.get(step) ?? NaN)];
    const centre = values.reduce((sum, item) => sum + item, 0) / values.length;
    return Number.isFinite(centre) ? [[step, centre] as const] : [];
  });
}

function finitePoints(curve: Curve): Curve {
  return curve.filter(([step, value]) => Number.isFinite(step) && Number.isFinite(value));
}

function extent(values: readonly number[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}
