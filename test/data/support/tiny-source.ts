/** A source of one small package. */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { hostArray } from "../../../src/engine/host-array.ts";
import { defineSource } from "../../../src/data/source.ts";
import type { Source } from "../../../src/data/source.ts";

export interface Tiny {
  values: number[];
  sha256: string;
}

/** Freezes the bytes of `data.bin`. */
export function tinySource(integrity: string, bytes: number): Source<Tiny> {
  return defineSource<Tiny>({
    card: {
      id: "test/tiny",
      version: 1,
      title: "Tiny",
      licence: "MIT",
      packages: [{ registry: "npm", name: "tiny-data", version: "1.0.0", integrity, bytes, part: "all" }],
      records: 4,
      splitKey: "none",
      description: "Four numbers.",
    },
    wants: (path) => path === "data.bin",
    async freeze(_part, files, progress) {
      const data = files.get("tiny-data")?.get("data.bin") as Uint8Array;
      await progress(data.length, data.length);
      return { arrays: { values: hostArray(Uint8Array.from(data), [data.length]) }, meta: { files: [...(files.get("tiny-data") ?? []).keys()] } };
    },
    thaw: ([loaded]) => ({ values: [...(loaded?.pack.arrays["values"]?.data as Uint8Array)], sha256: loaded?.sha256 as string }),
  });
}

/** The package as an archive, padded with noise so that it can be cut in the middle. */
export async function tinyArchive(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "reprise-tiny-"));
  try {
    await mkdir(join(folder, "package"));
    await writeFile(join(folder, "package", "package.json"), JSON.stringify({ name: "tiny-data", version: "1.0.0" }));
    await writeFile(join(folder, "package", "data.bin"), Buffer.of(1, 2, 3, 4));
    await writeFile(join(folder, "package", "noise.bin"), Buffer.concat(Array.from({ length: 2000 }, (_, i) => createHash("sha256").update(String(i)).digest())));
    const chunks: Buffer[] = [];
    for await (const chunk of create({ gzip: true, cwd: folder, portable: true }, ["package"])) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const integrityOf = (bytes: Buffer): string => `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
