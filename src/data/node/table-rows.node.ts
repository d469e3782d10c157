/** Rows of CSV and TSV: the first line names the columns; quotes may hold separators and line ends (RFC 4180). */
import { parse } from "csv-parse";
import type { Line } from "./lines.node.ts";
import type { Row } from "./text-records.node.ts";

interface Parsed {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

/** Stands for a broken line, so that numbers stay right and the row around it is known; no sound line holds it. */
const BROKEN = "\u0000";

/** Rows of a table from its lines. A broken line is told; inside a quoted field it breaks its row, told as one. */
export async function* readTable(lines: AsyncGenerator<Line>, delimiter: string): AsyncGenerator<Row> {
  const waiting: Row[] = [];
  const broken: Extract<Line, { problem: string }>[] = []; // lines that the parser has not passed yet
  let end = 0; // the last line of what was read before
  /** Tells the broken lines up to `line`; the first of them, if they stand in a row, as the reason why there is none. */
  const tell = function* (line: number, inRow: boolean): Generator<Row> {
    const told = broken.splice(0, broken.findLastIndex(({ number }) => number <= line) + 1);
    for (const { number, problem } of inRow ? told.slice(0, 1) : told) yield { line: number, problem: inRow ? `${problem}, inside a quoted field: its row is left out` : problem };
  };
  const isMark = (cells: readonly string[]): boolean => cells.length === 1 && cells[0] === BROKEN;
  const holdsMark = (cells: readonly string[]): boolean => cells.some((cell) => cell.includes(BROKEN));
  const parser = parse({
    columns: true,
    delimiter,
    quote: delimiter === "," ? '"' : null, // TSV has no quoting
    info: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      const line = error && "lines" in error ? Number(error["lines"]) : 0;
      const cells = error && "record" in error ? (error["record"] as string[]) : [];
      if (holdsMark(cells)) waiting.push(...tell(line, !isMark(cells)));
      else if (error?.code === "CSV_QUOTE_NOT_CLOSED") waiting.push({ line: end + 1, problem: `a quote opens and is not closed: all lines from here to ${line} are left out` });
      else waiting.push({ line, problem: error?.message ?? "is no row of the table" });
      end = Math.max(end, line);
      return undefined;
    },
  });
  const take = function* (): Generator<Row> {
    for (let parsed = parser.read() as Parsed | null; parsed !== null; parsed = parser.read() as Parsed | null) {
      end = Math.max(end, parsed.info.lines);
      const cells = Object.values(parsed.record);
      if (holdsMark(cells)) yield* tell(end, !isMark(cells));
      else yield { line: parsed.info.lines, value: parsed.record };
    }
    yield* waiting.splice(0);
  };
  let begun = false; // whether there was a line that names the columns
  for await (const line of lines) {
    const sound = "text" in line;
    if (!sound && begun) broken.push(line);
    else if (!sound) yield { line: line.number, problem: line.problem };
    begun ||= sound && line.text !== "";
    const text = sound ? line.text : begun ? BROKEN : "";
    await new Promise<void>((resolve, reject) => parser.write(`${text}\n`, (error) => (error ? reject(error) : resolve())));
    yield* take();
  }
  await new Promise<void>((resolve, reject) => {
    parser.once("error", reject);
    parser.end(resolve);
  });
  yield* take();
  yield* tell(Infinity, false); // those in what a quote swallowed
}
