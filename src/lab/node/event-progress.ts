/**
 * Progress as lines of JSON in a file, for programs that follow a run: one object a line, appended, so that a run that is
 * resumed goes on in the same file and a reader may come and go.
 *
 *     {"at": 1735689600000, "type": "progress", "label": "MAE, seed 1 (1 of 5)", "fraction": 0.12, "secondsLeft": 90,
 *      "values": {"loss": 0.41}, "arm": {"arm": "MAE", "seed": 1, "fraction": 0.6}}
 *     {"at": 1735689601000, "type": "message", "text": "fetching emoji/art"}
 *
 * `at` is milliseconds since 1970. Values that are not finite are null, as JSON has no NaN.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { makeDirectory } from "../../data/node/make-directory.node.ts";
import type { Progress, ProgressState } from "../progress.ts";

/** Between two lines about the same work; a chart needs no more. */
const QUIET_MILLISECONDS = 150;

export class EventProgress implements Progress {
  private readonly shown: Progress;
  private readonly file: number;
  private written = -Infinity;
  private label = "";

  /** Appends to `path`, creating it, and passes everything on to `shown`. Throws when the file cannot be opened. */
  constructor(path: string, shown: Progress) {
    makeDirectory(dirname(path));
    this.file = openSync(path, "a");
    this.shown = shown;
  }

  update(state: ProgressState): void {
    this.shown.update(state);
    const now = Date.now();
    const isLast = state.arm?.fraction === 1;
    if (state.label === this.label && now - this.written < QUIET_MILLISECONDS && !isLast) return;
    this.label = state.label;
    this.written = now;
    this.append({ at: now, type: "progress", ...state, secondsLeft: state.secondsLeft ?? null });
  }

  message(text: string): void {
    this.shown.message(text);
    this.append({ at: Date.now(), type: "message", text });
  }

  end(): void {
    this.shown.end();
  }

  /** Lets go of the file; nothing may be written afterwards. */
  close(): void {
    closeSync(this.file);
  }

  /** A line is one write, so that readers never see two lines mixed. */
  private append(event: object): void {
    writeSync(this.file, `${JSON.stringify(event)}\n`);
  }
}
