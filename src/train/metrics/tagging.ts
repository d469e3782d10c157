/** Spans that tags of words mark, and how many of them are found. */

export interface TagSpan {
  readonly label: string;
  /** First word, and the one behind the last. */
  readonly start: number;
  readonly end: number;
}

/** Spans of tags B-X, I-X and O; an I-X that continues nothing begins a span. Tags of another form are spans of one word each. */
export function spansOfTags(tags: readonly string[]): TagSpan[] {
  const spans: TagSpan[] = [];
  tags.forEach((tag, place) => {
    if (tag === "O") return;
    const [, side, name] = /^([BI])-(.+)$/.exec(tag) ?? [tag, "B", tag];
    const last = spans.at(-1);
    if (side === "I" && last?.end === place && last.label === name) spans[spans.length - 1] = { ...last, end: place + 1 };
    else spans.push({ label: name as string, start: place, end: place + 1 });
  });
  return spans;
}

/** 2 right / (found + wanted) over all sentences; a span is right with its label and both ends. 1 where nothing is wanted and nothing found. */
export function spanF1(truth: readonly (readonly string[])[], predicted: readonly (readonly string[])[]): number {
  let [right, all] = [0, 0];
  truth.forEach((tags, i) => {
    const wanted = spansOfTags(tags);
    const found = spansOfTags(predicted[i] ?? []);
    all += wanted.length + found.length;
    right += found.filter(({ label, start, end }) => wanted.some((span) => span.label === label && span.start === start && span.end === end)).length;
  });
  return all === 0 ? 1 : (2 * right) / all;
}
