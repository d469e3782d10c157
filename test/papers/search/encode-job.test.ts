import { expect, test } from "vitest";
import { PermanentFailure } from "../../../src/papers/queue/job.ts";
import { Queue } from "../../../src/papers/queue/queue.ts";
import { startWorker } from "../../../src/papers/queue/worker.ts";
import type { WorkerEvent } from "../../../src/papers/queue/worker.ts";
import { encodeHandlerWith } from "../../../src/papers/search/encode-job.ts";
import { ENCODE_KEY } from "../../../src/papers/queue/job.ts";
import { upsertPapers } from "../../../src/papers/store/papers.ts";
import { paper } from "../support/paper.ts";
import { withPglite } from "../support/pglite.ts";
import { wordEncoder } from "./support/models.ts";

test("a worker encodes what is stored, releases the model, and refuses a payload it does not know", () =>
  withPglite(async (database) => {
    await upsertPapers(database, [paper("a"), paper("b")]);
    const asked: (string | undefined)[] = [];
    let released = 0;
    const encode = encodeHandlerWith((encoder) => {
      asked.push(encoder);
      return Promise.resolve({ encoder: wordEncoder(), release: () => Promise.resolve(void released++) });
    });
    const queue = new Queue(database);
    await queue.send("encode", { encoder: "mine" }, { key: ENCODE_KEY });
    expect(await queue.send("encode", {}, { key: ENCODE_KEY })).toBeUndefined(); // one waits already
    await queue.send("encode", { model: "mine" });
    const events: WorkerEvent[] = [];
    await startWorker({ database, queue, handlers: { encode: () => Promise.resolve(encode) }, kinds: ["encode"], untilIdle: true, onEvent: (event) => events.push(event) }).ended;
    expect(asked).toEqual(["mine"]);
    expect(released).toBe(1);
    expect(await database.query("select count(*)::int as papers from search_encodings")).toEqual([{ papers: 2 }]);
    const failed = events.find(({ event }) => event === "failed");
    expect(failed).toMatchObject({ state: "dead", error: expect.any(PermanentFailure) as PermanentFailure });
  }));
