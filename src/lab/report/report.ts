/** The report of a run: one HTML file that needs no network and no script. */
import { armsTable, curves, extras, smallTable } from "./arms-section.ts";
import { claimSection, verdictBanner } from "./claim-section.ts";
import { EMPTY, Html, html } from "./html.ts";
import { seconds } from "./format.ts";
import { STYLE } from "./style.ts";
import { stableJson } from "../json.ts";
import type { RunRecord } from "../run-record.ts";
import type { System } from "../system.ts";

/** The page. Everything from the system and the run is escaped. */
export function reportHtml(system: System, run: RunRecord): string {
  const { title, arxiv, year, family, code, summary, mechanism, checks, deviations, experiment } = system;
  const published = system.published?.() ?? [];
  const source = code === undefined ? EMPTY : html` · <a href="${code}" target="_blank" rel="noopener">authors' code</a>`;
  const list = (heading: string, items: readonly (Html | string)[], tag: "ul" | "ol" = "ul"): Html =>
    items.length === 0 ? EMPTY : html`<h2>${heading}</h2><${new Html(tag)}>${items.map((item) => html`<li>${item}</li>`)}</${new Html(tag)}>`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title} · Reprise</title>
<style>${new Html(STYLE)}</style>
</head>
<body><main>
<header>
<p class="eyebrow">Reprise · ${family} · ${system.slug}</p>
<h1>${title}</h1>
<p class="facts"><a href="https://arxiv.org/abs/${arxiv}" target="_blank" rel="noopener">arXiv ${arxiv}</a> · ${year}${source}</p>
<p class="lead">${summary}</p>
${verdictBanner(run)}
</header>
${claimSection(run)}
${armsTable(run)}
${curves(run)}
${extras(run)}
${published.length === 0 ? EMPTY : html`<h2>At the paper's size</h2>${published.map(smallTable)}`}
${list("How it works", mechanism, "ol")}
${list("Checked exactly", checks)}
${list("Where this differs from the paper", deviations.map(({ what, why }) => html`${what} <span class="quiet">${why}</span>`))}
${list("What was tried", experiment.tried ?? [])}
${rerun(run)}
</main></body>
</html>
`;
  return page.text;
}

function rerun({ slug, profile, seeds, settings, provenance, device, seconds: spent, minutesBudget, finishedAt }: RunRecord): Html {
  const { version, commit, changed, machine, node } = provenance;
  const facts: readonly (readonly [string, string])[] = [
    ["profile", `${profile}, budget ${minutesBudget} min, took ${seconds(spent)} in all arms`],
    ["seeds", seeds.join(", ")],
    ["settings", stableJson(settings)],
    ["device", device],
    ["version", `${version}${commit === null ? "" : `, commit ${commit.slice(0, 12)}`}${changed ? ", with uncommitted changes" : ""}`],
    ["machine", `${machine}, Node ${node}`],
    ["finished", finishedAt],
  ];
  return html`<h2>Run it again</h2>
<pre><code>npx reprise run ${slug} --profile ${profile}${seeds.length === 1 ? ` --seed ${seeds[0] ?? 0}` : ` --seeds ${seeds.length}`} --device ${device}</code></pre>
<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}
