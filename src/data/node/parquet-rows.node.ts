/** Rows of a Parquet file, one group of rows in memory at a time. */
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { Row } from "./text-records.node.ts";

/** Rows from 1. `onBytes` is told the share of the rows as bytes of the file, before each row. Throws on files that are no Parquet. */
export async function* readParquet(path: string, onBytes?: (bytes: number) => void): AsyncGenerator<Row> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const rowBytes = file.byteLength / Math.max(1, Number(metadata.num_rows));
  let first = 0;
  for (const group of metadata.row_groups) {
    const end = first + Number(group.num_rows);
    const rows = await parquetReadObjects({ file, metadata, compressors, rowStart: first, rowEnd: end });
    for (const [i, row] of rows.entries()) {
      onBytes?.((first + i + 1) * rowBytes);
      yield { line: first + i + 1, value: plain(row) };
    }
    first = end;
  }
}

/** 64-bit integers as numbers, in lists too, so that scores and classes read as in other formats. */
const plain = (row: Readonly<Record<string, unknown>>): Record<string, unknown> => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Array.isArray(value) ? value.map(numbered) : numbered(value)]));

const numbered = (value: unknown): unknown => (typeof value === "bigint" ? Number(value) : value);
