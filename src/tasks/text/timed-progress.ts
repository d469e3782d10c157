/** Work that knows which share of it is done, shown with the time to go. */
import type { Progress } from "../../lab/index.ts";

/** Shows shares from 0 to 1 under a label; the time left is that of the rest at the pace so far. */
export function timedProgress(progress: Progress, label: string): (share: number) => void {
  const began = performance.now();
  return (share) => {
    const seconds = (performance.now() - began) / 1000;
    progress.update({ label, fraction: share, secondsLeft: share > 0 ? (seconds * (1 - share)) / share : undefined, values: {} });
  };
}

/** Told by the two ends of work in chunks. */
export interface ReadingProgress {
  /** Which share of the input has been read. */
  readonly onShare: (share: number) => void;
  /** Which share of the chunk that was read last is done. */
  readonly onProgress: (share: number) => void;
}

/** Shows work on chunks of an input that is read on the way; nothing where its size is not known, as of standard input. */
export function readingProgress(progress: Progress, label: string): ReadingProgress {
  const show = timedProgress(progress, label);
  let [done, read] = [0, 0];
  return {
    onShare: (share) => void (read = share),
    onProgress: (share) => {
      if (read > 0) show(done + (read - done) * share);
      if (share === 1) done = read;
    },
  };
}
