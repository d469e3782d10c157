/** Curves of a run, one a value: a line for each arm over the share of its work. They grow as events arrive. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ticks } from "./ticks.ts";
import { significant } from "../../src/lab/report/format.ts";
import type { LiveCurve } from "../../src/papers/runs/live.ts";

/** Height is fixed, so that nothing moves; width follows the page. */
const HEIGHT = 280;
const USUAL_WIDTH = 720;
const MARGIN = { left: 52, right: 14, top: 10, bottom: 36 };
/** Below it, fewer numbers stand along the axis. */
const NARROW = 340;
const COLOURS = 8;

export interface CurvesProps {
  readonly value: string;
  readonly arms: Readonly<Record<string, LiveCurve>>;
  /** What the horizontal axis says. */
  readonly across?: string;
}

export function Curves({ value, arms, across = "share of the arm's work that is done" }: CurvesProps): JSX.Element {
  const [width, setWidth] = useState(USUAL_WIDTH);
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!frame.current) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(240, Math.round(entry.contentRect.width))));
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);

  const series = Object.entries(arms);
  const values = series.flatMap(([, curve]) => curve.map(([, y]) => y));
  const [low, high] = extent(values);
  const x = (percent: number): number => MARGIN.left + (percent / 100) * (width - MARGIN.left - MARGIN.right);
  const y = (at: number): number => HEIGHT - MARGIN.bottom - ((at - low) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const point = ([percent, at]: readonly [number, number]): string => `${x(percent).toFixed(1)},${y(at).toFixed(1)}`;
  return (
    <figure class="curves" ref={frame}>
      <figcaption>{value}</figcaption>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} height={HEIGHT} role="img" aria-label={inWords(value, series)}>
        {ticks(low, high, 5).map((tick) => (
          <g key={tick}>
            <line class="grid" x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} />
            <text class="tick" x={MARGIN.left - 8} y={y(tick) + 4} text-anchor="end">
              {significant(tick, 3)}
            </text>
          </g>
        ))}
        {(width < NARROW ? [0, 50, 100] : [0, 25, 50, 75, 100]).map((percent) => (
          <text key={percent} class="tick" x={x(percent)} y={HEIGHT - MARGIN.bottom + 18} text-anchor={percent === 100 ? "end" : "middle"}>
            {percent} %
          </text>
        ))}
        {series.map(([arm, curve], index) => (
          <polyline key={arm} class={`series-${(index % COLOURS) + 1}`} points={curve.map(point).join(" ")} />
        ))}
        {series.map(([arm, curve], index) => {
          const last = curve.at(-1);
          return last && <circle key={arm} class={`series-${(index % COLOURS) + 1}`} cx={x(last[0])} cy={y(last[1])} r="3.5" />;
        })}
      </svg>
      <ul class="legend">
        {series.map(([arm, curve], index) => (
          <li key={arm} class={`series-${(index % COLOURS) + 1}`}>
            {arm} <span class="quiet">{significant(curve.at(-1)?.[1] ?? null, 3)}</span>
          </li>
        ))}
      </ul>
      <p class="quiet">Across: {across}.</p>
    </figure>
  );
}

/** Somewhat more than what is shown, so that lines keep off the rim. */
function extent(values: readonly number[]): [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (!(low <= high)) return [0, 1];
  const rim = low === high ? Math.abs(low) * 0.1 || 1 : (high - low) * 0.05;
  return [low - rim, high + rim];
}

function inWords(value: string, series: readonly (readonly [string, LiveCurve])[]): string {
  const arms = series.map(([arm, curve]) => `${arm} from ${significant(curve[0]?.[1] ?? null, 3)} to ${significant(curve.at(-1)?.[1] ?? null, 3)}`);
  return `${value} by share of work done: ${arms.join("; ")}`;
}
