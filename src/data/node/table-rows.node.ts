/** Rows of CSV and TSV: the first line names the columns; quotes may hold separators and line ends (RFC 4180). */
import { parse } from "csv-parse";
import type { Line } from "./lines.node.ts";
import type { Row } from "./text-records.node.ts";

interface Parsed {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

/** Rows of a table from its lines. Broken lines are told; the parser gets an empty line instead, so that numbers stay right. */
export async function* readTable(lines: AsyncGenerator<Line>, delimiter: string): AsyncGenerator<Row> {
  const waiting: Row[] = [];
  let end = 0; // the last line of what was read before
  const parser = parse({
    columns: true,
    delimiter,
    quote: delimiter === "," ? '"' : null, // TSV has no quoting
    info: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      const line = error && "lines" in error ? Number(error["lines"]) : 0;
      if (error?.code === "CSV_QUOTE_NOT_CLOSED") waiting.push({ line: end + 1, problem: `a quote opens and is not closed: all lines from here to ${line} are left out` });
      else waiting.push({ line, problem: error?.message ?? "is no row of the table" });
      end = Math.max(end, line);
      return undefined;
    },
  });
  const take = function* (): Generator<Row> {
    for (let parsed = parser.read() as Parsed | null; parsed !== null; parsed = parser.read() as Parsed | null) {
      end = Math.max(end, parsed.info.lines);
      yield { line: parsed.info.lines, value: parsed.record };
    }
    yield* waiting.splice(0);
  };
  for await (const line of lines) {
    if ("problem" in line) yield { line: line.number, problem: line.problem };
    await new Promise<void>((resolve, reject) => parser.write("problem" in line ? "\n" : `${line.text}\n`, (error) => (error ? reject(error) : resolve())));
    yield* take();
  }
  await new Promise<void>((resolve, reject) => {
    parser.once("error", reject);
    parser.end(resolve);
  });
  yield* take();
}
