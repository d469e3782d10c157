/** Rows of a Parquet file, one group of rows in memory at a time. */
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { Row } from "./text-records.node.ts";

/** Rows from 1. Throws on files that are no Parquet. */
export async function* readParquet(path: string): AsyncGenerator<Row> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  let first = 0;
  for (const group of metadata.row_groups) {
    const end = first + Number(group.num_rows);
    const rows = await parquetReadObjects({ file, metadata, compressors, rowStart: first, rowEnd: end });
    for (const [i, row] of rows.entries()) yield { line: first + i + 1, value: plain(row) };
    first = end;
  }
}

/** 64-bit integers as numbers, so that scores and classes read as in other formats. */
function plain(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value]));
}
