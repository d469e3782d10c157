/** Runs follow one another: overlapping calls would read parameters while another call replaces them. */

let last: Promise<unknown> = Promise.resolve();

export function serially<R>(task: () => Promise<R>): Promise<R> {
  const next = last.then(task, task);
  last = next.catch(() => undefined);
  return next;
}
