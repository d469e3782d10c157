/**
 * Plain bytes of a gzip file. A damaged one gives everything before the damage, and only then its error: zlib keeps what it
 * made of the bytes around an error to itself, so the file is read again in small steps up to there.
 */
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";

/** Compressed bytes of a step while a damaged file is read again; the step that fails is taken byte by byte. */
const STEP = 16_384;

export interface GunzipProgress {
  /** Compressed bytes read so far. */
  onRead?(bytes: number): void;
}

/** Decompresses step by step: what a step gives is known before the next one begins. */
class Inflater {
  readonly #gunzip = createGunzip();
  #made: Buffer[] = [];
  #fail: (error: Error) => void = () => undefined;

  constructor() {
    this.#gunzip.on("data", (bytes: Buffer) => void this.#made.push(bytes));
    this.#gunzip.on("error", (error) => this.#fail(error));
  }

  /** The plain bytes that these complete. Rejects where they are no gzip. */
  push(bytes: Uint8Array): Promise<Buffer[]> {
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      this.#gunzip.write(bytes, (error) => (error ? reject(error) : setImmediate(() => resolve(this.#made.splice(0)))));
    });
  }

  close(): void {
    this.#gunzip.destroy();
  }
}

/** Compressed bytes of a file up to the step that cannot be decompressed. */
async function soundBytes(path: string): Promise<number> {
  const inflater = new Inflater();
  let sound = 0;
  try {
    for await (const bytes of createReadStream(path, { highWaterMark: STEP }) as AsyncIterable<Buffer>) {
      await inflater.push(bytes);
      sound += bytes.length;
    }
  } catch {
    return sound; // the error is known already: this is why the file is read again
  } finally {
    inflater.close();
  }
  return sound;
}

/** What a damaged file holds before the damage, in small parts. */
async function* beforeDamage(path: string): AsyncGenerator<Buffer> {
  const sound = await soundBytes(path);
  const inflater = new Inflater();
  try {
    if (sound > 0) for await (const bytes of createReadStream(path, { end: sound - 1, highWaterMark: STEP }) as AsyncIterable<Buffer>) yield* await inflater.push(bytes);
    for await (const bytes of createReadStream(path, { start: sound, end: sound + STEP - 1 }) as AsyncIterable<Buffer>) {
      for (let i = 0; i < bytes.length; i++) yield* await inflater.push(bytes.subarray(i, i + 1));
    }
  } catch {
    return; // here is the damage
  } finally {
    inflater.close();
  }
}

/** Plain bytes of a gzip file of one member or more. Throws at damage and at an end that comes too early, after all that is before. */
export async function* gunzipped(path: string, { onRead }: GunzipProgress = {}): AsyncGenerator<Buffer> {
  let given = 0;
  const file = createReadStream(path);
  const plain = createGunzip();
  file.on("error", (error) => plain.destroy(error));
  try {
    for await (const bytes of file.pipe(plain) as AsyncIterable<Buffer>) {
      onRead?.(file.bytesRead);
      yield bytes;
      given += bytes.length;
    }
    onRead?.(file.bytesRead);
  } catch (error) {
    if (file.errored !== null) throw error;
    let passed = 0;
    for await (const bytes of beforeDamage(path)) {
      const news = bytes.subarray(Math.max(0, given - passed));
      passed += bytes.length;
      if (news.length > 0) yield news;
    }
    throw error;
  } finally {
    file.destroy();
  }
}
