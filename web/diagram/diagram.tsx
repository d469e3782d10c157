/** A method drawn from the stages of its card, with the same in words for readers who do not see it. */
import type { JSX } from "preact";
import { BOX, layoutDiagram } from "./layout.ts";
import type { PlacedLine, PlacedStage } from "./layout.ts";
import { sourcesOf } from "../../src/papers/catalogue/family.ts";
import type { Stage } from "../../src/papers/catalogue/family.ts";

/** Room for the strokes at the rim. */
const RIM = 2;
const LINE_CHARACTERS = 24;

export function Diagram({ stages: diagram, title }: { readonly stages: readonly Stage[]; readonly title: string }): JSX.Element {
  const { boxWidth, width, height, stages, lines, columns } = layoutDiagram(diagram);
  return (
    <figure class="diagram" data-columns={Math.min(columns, 4)}>
      <div class="drawing" tabIndex={0} role="group" aria-label="Diagram">
        <svg viewBox={`${-RIM} ${-RIM} ${width + 2 * RIM} ${height + 2 * RIM}`} width={width + 2 * RIM} height={height + 2 * RIM} role="img" aria-label={`${title}: its stages and what each reads, in words below`}>
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
            <path d="M1 1 7 4 1 7" />
          </marker>
        </defs>
        {lines.map((line) => (
          <path key={`${line.from}-${line.to}`} class="line" d={curve(line)} marker-end="url(#arrow)" />
        ))}
        {stages.map((stage, index) => (
          <Box key={index} placed={stage} width={boxWidth} />
        ))}
        </svg>
      </div>
      <details>
        <summary>The diagram in words</summary>
        <ol>
          {diagram.map((stage, index) => (
            <li key={index}>{inWords(diagram, stage, index)}</li>
          ))}
        </ol>
      </details>
    </figure>
  );
}

function Box({ placed: { stage, x, y }, width }: { readonly placed: PlacedStage; readonly width: number }): JSX.Element {
  const lines = wrapped(stage.label);
  const middle = x + width / 2;
  const first = lines.length === 1 ? y + 36 : y + 30;
  return (
    <g class={`box ${stage.kind}`}>
      <rect x={x} y={y} width={width} height={BOX.height} rx="9" />
      <text class="kind" x={middle} y={y + (lines.length === 1 ? 18 : 14)} text-anchor="middle">
        {stage.kind}
      </text>
      {lines.map((line, index) => (
        <text key={line} x={middle} y={first + index * 15} text-anchor="middle">
          {line}
        </text>
      ))}
    </g>
  );
}

/** Bends only between rows, so that a line that passes a row goes straight through its gap. */
function curve({ points }: PlacedLine): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let [x, y] = first;
  const parts = [`M${x} ${y}`];
  for (const [toX, toY] of rest) {
    const half = (y + toY) / 2;
    parts.push(x === toX ? `V${toY}` : `C${x} ${half} ${toX} ${half} ${toX} ${toY}`);
    [x, y] = [toX, toY];
  }
  return parts.join("");
}

/** One line, or two of about the same length. */
function wrapped(label: string): string[] {
  if (label.length <= LINE_CHARACTERS) return [label];
  const middle = label.length / 2;
  const spaces = [...label.matchAll(/ /g)].map(({ index }) => index);
  const cut = spaces.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0];
  return cut === undefined ? [label] : [label.slice(0, cut), label.slice(cut + 1)];
}

function inWords(diagram: readonly Stage[], stage: Stage, position: number): string {
  const read = sourcesOf(stage, position).map((source) => diagram[source]?.label ?? "");
  return `${stage.label} (${stage.kind})${read.length === 0 ? "" : `, from: ${read.join("; ")}`}`;
}
