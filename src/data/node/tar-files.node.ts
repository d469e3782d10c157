/** Files out of a tar stream, in memory. */
import { Parser } from "tar";
import type { ReadEntry } from "tar";

/** What a tar stream is read from: Node's streams and npm's both fit. */
interface ByteStream {
  on(event: "data", listener: (chunk: Buffer) => void): unknown;
  on(event: "end", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

export interface TarOptions {
  /** Leading path components to drop. */
  readonly strip: number;
  wants(path: string): boolean;
  /** Called with the bytes received so far. */
  onBytes?(received: number): void;
}

/**
 * Reads wanted files of a tar stream (gzip is recognised). Resolves only after the stream itself has ended without an
 * error, so an integrity check at the end of the stream has passed before anything is used.
 */
export function readTar(stream: ByteStream, options: TarOptions): Promise<Map<string, Uint8Array>> {
  return new Promise((resolve, reject) => {
    const files = new Map<string, Uint8Array>();
    let received = 0;
    let ended = 0;
    const finish = () => {
      if (++ended === 2) resolve(files);
    };
    const parser = new Parser({
      strict: true,
      onReadEntry: (entry: ReadEntry) => {
        const path = entry.path.split("/").slice(options.strip).join("/");
        if (entry.type !== "File" || !options.wants(path)) return void entry.resume();
        const chunks: Uint8Array[] = [];
        entry.on("data", (chunk: Uint8Array) => chunks.push(chunk));
        entry.on("end", () => files.set(path, Buffer.concat(chunks)));
      },
    });
    parser.on("end", finish);
    parser.on("error", reject);
    stream.on("data", (chunk) => {
      received += chunk.length;
      options.onBytes?.(received);
      parser.write(chunk);
    });
    stream.on("end", () => {
      parser.end();
      finish();
    });
    stream.on("error", reject);
  });
}
