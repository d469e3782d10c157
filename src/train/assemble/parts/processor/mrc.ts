/** Rows of a question and the piece of a text that holds its answer. */
import { processorPart } from "../../part.ts";
import { wholeOf } from "../../windows.ts";

export default processorPart({
  name: "mrc",
  description: "questions, each with a piece of a text that holds its answer",
  task: "answers",
  gives: ["starts"],
  paired: true,
  example({ random, corpus, index, room }) {
    const text = corpus.seconds?.[index] ?? new Int32Array();
    const [first = 0, last = 0] = corpus.spans?.[index] ?? [];
    const a = wholeOf(corpus.documents[index] ?? []).slice(0, room >> 1);
    const most = room - a.length;
    // The piece begins where the whole answer still fits; of an answer that is too long, its beginning is kept.
    const [low, high] = [Math.max(0, Math.min(first, last + 1 - most)), Math.min(first, Math.max(0, text.length - most))];
    const from = low >= high ? Math.min(low, first) : low + random.integer(high - low + 1);
    return { a, b: text.slice(from, from + most), span: [first - from, Math.min(last - from, most - 1)] };
  },
});
