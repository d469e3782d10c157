/** Progress on stderr: a bar with time to go on a terminal, one line per piece of work elsewhere. Stdout stays free for data. */
import { Presets, SingleBar } from "cli-progress";
import type { Progress, ProgressState } from "../progress.ts";

const RESOLUTION = 1000; // the bar counts in thousandths

export class TerminalProgress implements Progress {
  private readonly stream: NodeJS.WriteStream;
  private bar: SingleBar | undefined;
  private label = "";

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.stream = stream;
  }

  update({ label, fraction, secondsLeft, values }: ProgressState): void {
    if (!this.stream.isTTY) {
      if (label !== this.label) this.stream.write(`${label}\n`);
      this.label = label;
      return;
    }
    const left = secondsLeft === undefined ? "" : `${duration(secondsLeft)} left`;
    const shown = Object.entries(values).map(([name, value]) => `${name} ${value.toPrecision(4)}`).join("  ");
    this.bar ??= this.begin();
    this.bar.update(Math.round(fraction * RESOLUTION), { label, left, shown });
  }

  message(text: string): void {
    this.end();
    this.stream.write(`${text}\n`);
  }

  end(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  private begin(): SingleBar {
    const options = { stream: this.stream, clearOnComplete: true, hideCursor: true, fps: 5, gracefulExit: false, format: "{bar} {percentage}%  {left}  {label}  {shown}" };
    const bar = new SingleBar(options, Presets.rect);
    bar.start(RESOLUTION, 0, { label: "", left: "", shown: "" });
    return bar;
  }
}

/** Seconds for people: `45 s`, `3 min 20 s`, `1 h 05 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  if (hours > 0) return `${hours} h ${two(minutes)} min`;
  return minutes > 0 ? `${minutes} min ${two(rest)} s` : `${rest} s`;
}
