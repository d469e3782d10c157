/** The part of the report that holds the claim against what was measured. */
import { EMPTY, html } from "./html.ts";
import type { Html } from "./html.ts";
import { effectText, significant, spread } from "./format.ts";
import { effectPlot } from "./effect-plot.ts";
import type { JudgedCondition, Outcome } from "../condition.ts";
import type { RunRecord } from "../run-record.ts";
import type { Verdict } from "../verdict.ts";

const TONES = { reproduced: "good", "direction only": "part", "not reproduced at this scale": "bad", "precondition failed": "none" } as const satisfies Record<Verdict, string>;
const OUTCOMES = {
  held: { tone: "good", label: "held" },
  direction: { tone: "part", label: "direction only" },
  failed: { tone: "bad", label: "failed" },
  "not measured": { tone: "none", label: "not measured" },
} as const satisfies Record<Outcome, { tone: string; label: string }>;
const EXPLANATIONS = {
  reproduced: "The direction and the minimum effect of the claim held over the seeds.",
  "direction only": "The claim's direction showed, but a minimum was missed, seeds disagreed or a side condition was lost.",
  "not reproduced at this scale": "The claim's direction did not show in this experiment. That is a result, not an error.",
  "precondition failed": "A premise of the experiment did not hold, so it says nothing about the claim.",
} as const satisfies Record<Verdict, string>;

/** The verdict, large. */
export function verdictBanner({ verdict, indicative, seeds }: RunRecord): Html {
  const label = indicative ? html` <span class="badge none">indicative: ${seeds.length} ${seeds.length === 1 ? "seed" : "seeds"}</span>` : EMPTY;
  return html`<p class="verdict ${TONES[verdict]}"><strong>${capital(verdict)}${label}</strong><span>${EXPLANATIONS[verdict]}</span></p>`;
}

/** The paper's sentence, what counts here, premises and conditions with the effect of every seed. */
export function claimSection({ claim, preconditions }: RunRecord): Html {
  const premises = preconditions.length === 0 ? EMPTY : html`<h3>Premises</h3><ul>${preconditions.map(premise)}</ul>`;
  return html`<h2>The claim</h2>
<p class="lead">${claim.paper}</p>
<p><b>Measured here:</b> ${claim.metric}</p>
<p><b>Counts as shown when:</b> ${claim.expected}</p>
${premises}
<h3>Conditions</h3>
<div class="scroll"><table><thead><tr><th>Condition</th><th class="number">Expected</th><th class="number">Measured</th><th>Per seed</th><th>Outcome</th></tr></thead>
<tbody>${claim.conditions.map(conditionRow)}</tbody></table></div>
<p class="quiet">Effects are paired: within a seed all arms share data order, initial values and masks. Measured is the mean over seeds, with the standard deviation and the 95% bootstrap interval of the mean where there are several seeds. In the drawing, dots are seeds, the strong line is what was expected and the dashed one no effect.</p>`;
}

function premise({ name, holds, measured }: RunRecord["preconditions"][number]): Html {
  return html`<li><span class="badge ${holds ? "good" : "bad"}">${holds ? "holds" : "fails"}</span> ${name}: ${measured}</li>`;
}

function conditionRow(condition: JudgedCondition): Html {
  const { name, role, formula, noEffect, measured, deviation, interval, perSeed, outcome } = condition;
  const { tone, label } = OUTCOMES[outcome];
  const uncertainty = interval ? html`<small>${spread(deviation)}</small><small>[${effectText(interval.low, noEffect)}, ${effectText(interval.high, noEffect)}]</small>` : EMPTY;
  const seeds = perSeed.map(({ seed, effect, agrees }) => html`<small>seed ${seed}: ${effectText(effect, noEffect)}${agrees ? "" : " (against)"}</small>`);
  return html`<tr><td>${name}${role === "main" ? EMPTY : html` <span class="badge none">${role}</span>`}<small><code>${formula}</code></small></td>
<td class="number">${expectation(condition)}</td>
<td class="number">${outcome === "not measured" ? "" : html`<b>${effectText(measured, noEffect)}</b>${uncertainty}`}</td>
<td>${effectPlot(condition)}${seeds}</td><td><span class="badge ${tone}">${label}</span></td></tr>`;
}

/** What a condition asks for, in symbols. */
export function expectation({ kind, minimumEffect, noEffect }: Pick<JudgedCondition, "kind" | "minimumEffect" | "noEffect">): string {
  const text = {
    atLeast: () => `≥ ${effectText(minimumEffect, noEffect)}`,
    atMost: () => `≤ ${effectText(minimumEffect, noEffect)}`,
    within: () => `${significant(noEffect)} ± ${significant(minimumEffect)}`,
  } satisfies Record<JudgedCondition["kind"], () => string>;
  return text[kind]();
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
