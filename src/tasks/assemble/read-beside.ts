/** Records that name a file: where it lies, and what is wrong when it cannot be read. */
import { dirname, isAbsolute, join } from "node:path";
import type { RecordTask, TaskRecord } from "../../data/index.ts";
import { loadRecords } from "../../data/node/index.ts";
import type { ReadCorpusOptions } from "./read-corpus.ts";

export interface RecordsBeside<T extends RecordTask> {
  readonly records: readonly TaskRecord<T>[];
  /** Broken records, and those whose file is, left out. */
  readonly broken: number;
}

/**
 * Records of files and folders, each with the file that a field of it names by its path from the file that the record stands in.
 * `read` throws with the reason for a file that cannot be read; it is called for each record that is kept, in order.
 */
export async function readBeside<T extends RecordTask>(task: T, field: string & keyof TaskRecord<T>, paths: readonly string[], read: (path: string) => Promise<void>, { strict, signal, progress }: ReadCorpusOptions): Promise<RecordsBeside<T>> {
  const all: TaskRecord<T>[] = [];
  let broken = 0;
  const follow = async (record: unknown, file: string): Promise<void> => {
    const named = (record as Readonly<Record<string, string>>)[field] as string;
    try {
      await read(isAbsolute(named) ? named : join(file === "-" ? "." : dirname(file), named));
    } catch (error) {
      throw new Error(`${field} ${JSON.stringify(named)}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
  for (const path of paths) {
    const { records, badCount } = await loadRecords(task, path, { strict, signal, follow, onBad: ({ file, line, reason }) => progress?.message(`broken: ${file} line ${line}: ${reason}`) });
    if (badCount > 0) progress?.message(`${path}: ${records.length} records read, ${badCount} broken and left out`);
    all.push(...records);
    broken += badCount;
  }
  return { records: all, broken };
}
