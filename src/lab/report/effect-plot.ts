/** The effect of every seed on a line, with what was expected and where no effect is: a condition at a glance. */
import { scaleLinear } from "d3-scale";
import { EMPTY, html } from "./html.ts";
import type { Html } from "./html.ts";
import type { JudgedCondition } from "../condition.ts";

const WIDTH = 176;
const HEIGHT = 20;

/** Inline SVG; nothing when no seed has a finite effect. */
export function effectPlot({ kind, minimumEffect, noEffect, perSeed }: Pick<JudgedCondition, "kind" | "minimumEffect" | "noEffect" | "perSeed">): Html {
  const effects = perSeed.flatMap(({ effect }) => effect ?? []);
  if (effects.length === 0) return EMPTY;
  const bars = kind === "within" ? [noEffect - minimumEffect, noEffect + minimumEffect] : [minimumEffect];
  const shown = [...effects, ...bars, noEffect];
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const x = scaleLinear([low, high === low ? low + 1 : high], [4, WIDTH - 4]);
  const upright = (value: number, className: string): Html => html`<line class="${className}" x1="${x(value).toFixed(1)}" x2="${x(value).toFixed(1)}" y1="1" y2="${HEIGHT - 1}"/>`;
  const dots = effects.map((effect) => html`<circle cx="${x(effect).toFixed(1)}" cy="${HEIGHT / 2}" r="3.5"/>`);
  return html`<svg class="effect" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true"><line x1="0" x2="${WIDTH}" y1="${HEIGHT / 2}" y2="${HEIGHT / 2}"/>${upright(noEffect, "no-effect")}${bars.map((bar) => upright(bar, "bar"))}${dots}</svg>`;
}
