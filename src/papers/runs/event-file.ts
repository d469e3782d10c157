/** Reading a growing file of lines from where one stopped. */
import { open } from "node:fs/promises";

/** Bytes read in one go. */
const CHUNK = 256 * 1024;

/** Whole lines after byte `from` and the byte after the last of them. A missing file, and a line not yet ended, give none. */
export async function linesAfter(path: string, from: number): Promise<{ readonly text: string; readonly to: number }> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (file === undefined) return { text: "", to: from };
  try {
    const buffer = Buffer.alloc(CHUNK);
    const { bytesRead } = await file.read(buffer, 0, CHUNK, from);
    const end = buffer.subarray(0, bytesRead).lastIndexOf("\n") + 1;
    // a line longer than the buffer is none of ours: step over what was read
    if (end === 0 && bytesRead === CHUNK) return { text: "", to: from + CHUNK };
    return { text: buffer.toString("utf8", 0, end), to: from + end };
  } finally {
    await file.close();
  }
}
