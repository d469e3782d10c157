/** What a page shows of a run while it runs, built up from its events: curves by arm, and a log. Runs in browsers too. */
import type { NumberedEvent } from "./event.ts";

/** (share of the arm's work in percent, value), in order of the share. */
export type LiveCurve = readonly (readonly [percent: number, value: number])[];

export interface LogLine {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly text: string;
}

export interface LiveRun {
  /** By value, such as the loss, then by arm and seed. */
  readonly curves: Readonly<Record<string, Readonly<Record<string, LiveCurve>>>>;
  readonly log: readonly LogLine[];
  /** Number of the last event taken in. */
  readonly lastEvent: number;
  /** What was being done at that event. */
  readonly label: string;
}

export const NOTHING_YET: LiveRun = { curves: {}, log: [], lastEvent: 0, label: "" };

const LOG_LINES = 200;

/** The state after a further event. Events taken in already are passed over, so that a repeated delivery does no harm. */
export function withEvent(run: LiveRun, event: NumberedEvent): LiveRun {
  if (event.number <= run.lastEvent) return run;
  if (event.type === "message") return { ...run, log: withLine(run.log, event.at, event.text), lastEvent: event.number };
  const { arm, values, label } = event;
  const log = label === run.label ? run.log : withLine(run.log, event.at, label);
  if (!arm) return { ...run, log, label, lastEvent: event.number };
  const name = arm.seed === 1 ? arm.arm : `${arm.arm}, seed ${arm.seed}`;
  const curves = { ...run.curves };
  for (const [value, measured] of Object.entries(values)) {
    if (measured !== null) curves[value] = { ...curves[value], [name]: withPoint(curves[value]?.[name] ?? [], arm.fraction * 100, measured) };
  }
  return { curves, log, label, lastEvent: event.number };
}

/** An arm that resumes from its checkpoint goes over a part again; what it says now counts. */
function withPoint(curve: LiveCurve, percent: number, value: number): LiveCurve {
  const last = curve.at(-1);
  const kept = last !== undefined && last[0] >= percent ? curve.filter(([x]) => x < percent) : curve;
  return [...kept, [percent, value]];
}

function withLine(log: readonly LogLine[], at: number, text: string): LogLine[] {
  return [...log, { at, text }].slice(-LOG_LINES);
}
