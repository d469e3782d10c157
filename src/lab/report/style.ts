/** The report's look: one column, system fonts, light and dark by the reader's preference, printable. */

export const STYLE = `
:root { color-scheme: light dark;
  --paper: #fcfcfb; --ink: #1c2024; --soft: #60666d; --line: #e2e4e6; --panel: #f4f5f5; --accent: #2457c5;
  --good: #12715b; --good-back: #ddf3ea; --part: #8a5a00; --part-back: #fbeecb; --bad: #a32a2a; --bad-back: #fbe3e1; --none: #565d66; --none-back: #e8eaed;
  --series-1: #2457c5; --series-2: #d2691e; --series-3: #12805c; --series-4: #b02a6b; --series-5: #6f52c4; --series-6: #0e7f95; --series-7: #8a6d00; --series-8: #6b7280; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #14171a; --ink: #e6e8ea; --soft: #9aa2aa; --line: #2c3238; --panel: #1b1f23; --accent: #8fb3ff;
  --good: #7bd8b8; --good-back: #12352b; --part: #f0c869; --part-back: #3b2f10; --bad: #ff9f97; --bad-back: #43201e; --none: #b4bbc3; --none-back: #2a2f35;
  --series-1: #84aaff; --series-2: #f2a35e; --series-3: #5fd0a5; --series-4: #f08fbb; --series-5: #b6a0ff; --series-6: #5ec8dc; --series-7: #dcc05a; --series-8: #a3abb5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 3rem 1.5rem 5rem; }
h1 { font-size: 2rem; line-height: 1.2; letter-spacing: -0.02em; margin: 0.3rem 0 0.8rem; text-wrap: balance; max-width: 46rem; }
h2 { font-size: 1.2rem; margin: 3rem 0 0.8rem; letter-spacing: -0.01em; }
h3 { font-size: 1rem; margin: 1.6rem 0 0.5rem; }
p { max-width: 46rem; margin: 0.5rem 0; }
a { color: var(--accent); text-underline-offset: 0.2em; }
code, pre { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 0.8rem 1rem; overflow-x: auto; }
.eyebrow, .facts, .quiet { color: var(--soft); font-size: 0.875rem; }
.eyebrow { letter-spacing: 0.02em; }
.lead { font-size: 1.1rem; margin-top: 0.8rem; }
.verdict { display: grid; gap: 0.2rem; border-left: 4px solid currentColor; border-radius: 0 10px 10px 0; padding: 1rem 1.25rem; margin: 1.8rem 0 0; max-width: none; }
.verdict strong { font-size: 1.35rem; letter-spacing: -0.01em; }
.verdict span { color: var(--ink); }
.good { color: var(--good); background: var(--good-back); } .part { color: var(--part); background: var(--part-back); }
.bad { color: var(--bad); background: var(--bad-back); } .none { color: var(--none); background: var(--none-back); }
.badge { display: inline-block; border-radius: 999px; padding: 0.05rem 0.6rem; font-size: 0.8rem; font-weight: 600; white-space: nowrap; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.55rem 0.8rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tr:last-child > td { border-bottom: 0; }
thead th { font-weight: 600; font-size: 0.8rem; color: var(--soft); background: var(--panel); vertical-align: bottom; }
td.number, th.number { text-align: right; white-space: nowrap; }
td:first-child { min-width: 13rem; }
td small { display: block; color: var(--soft); font-size: 0.8rem; line-height: 1.4; }
td small code { font-size: 0.95em; overflow-wrap: anywhere; }
.swatch { display: inline-block; width: 0.7rem; height: 0.7rem; border-radius: 3px; margin-right: 0.5rem; background: var(--tone); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1.5rem; }
figure { margin: 0; } figcaption { font-size: 0.9rem; color: var(--soft); margin-bottom: 0.4rem; }
.chart figcaption { color: var(--ink); font-weight: 600; }
svg { display: block; width: 100%; height: auto; }
svg .grid { stroke: var(--line); } svg .tick { fill: var(--soft); font-size: 12px; }
svg polyline { fill: none; stroke: var(--tone); stroke-linejoin: round; } svg circle { fill: var(--tone); stroke: none; }
svg .mean { stroke-width: 2.25; } svg .seed { stroke-width: 1; opacity: 0.35; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; padding: 0; margin: 0.4rem 0 0; font-size: 0.85rem; }
.legend li::before { content: ""; display: inline-block; width: 1rem; height: 3px; border-radius: 2px; background: var(--tone); vertical-align: middle; margin-right: 0.45rem; }
.small td:first-child { min-width: 0; }
.small { width: fit-content; max-width: 100%; margin: 1rem 0; }
.effect { width: 11rem; margin: 0.15rem 0 0.4rem; overflow: visible; }
.effect line { stroke: var(--line); } .effect .no-effect { stroke: var(--soft); stroke-dasharray: 2 3; } .effect .bar { stroke: var(--accent); stroke-width: 2; } .effect circle { fill: var(--ink); fill-opacity: 0.75; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1.5rem; }
.pictures img { width: 100%; height: auto; display: block; border-radius: 8px; border: 1px solid var(--line); image-rendering: pixelated; background: #fff; }
.pictures figcaption { margin: 0.5rem 0 0; }
ul, ol { padding-left: 1.2rem; max-width: 46rem; } li { margin: 0.3rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.3rem 1.5rem; font-size: 0.9rem; margin: 0; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) { main { padding-top: 2rem; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.5rem; } }
@media print { main { padding: 0; max-width: none; } .scroll { overflow: visible; } h2 { break-after: avoid; } figure, tr { break-inside: avoid; } }
`;
