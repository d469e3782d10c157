import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SILENT } from "../../../src/lab/index.ts";
import { EventProgress } from "../../../src/lab/node/event-progress.ts";
import { linesAfter } from "../../../src/papers/runs/event-file.ts";
import { parseEvents } from "../../../src/papers/runs/event.ts";
import type { NumberedEvent } from "../../../src/papers/runs/event.ts";
import { NOTHING_YET, withEvent } from "../../../src/papers/runs/live.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "events-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("progress becomes lines that are read back, with null for what is not finite, and a resumed run appends", async () => {
  const path = join(directory, "deep/events.jsonl");
  for (const text of ["first", "second"]) {
    const progress = new EventProgress(path, SILENT);
    progress.message(text);
    progress.update({ label: "MAE, seed 1 (1 of 5)", fraction: 0.25, secondsLeft: undefined, values: { loss: NaN }, arm: { arm: "MAE", seed: 1, fraction: 0.5 } });
    progress.close();
  }
  const events = parseEvents(await readFile(path, "utf8"));
  expect(events.map(({ type }) => type)).toEqual(["message", "progress", "message", "progress"]);
  expect(events[1]).toMatchObject({ label: "MAE, seed 1 (1 of 5)", fraction: 0.25, secondsLeft: null, values: { loss: null }, arm: { arm: "MAE", seed: 1, fraction: 0.5 } });
});

test("many updates of the same work make few lines, but its last one is always there", async () => {
  const path = join(directory, "many.jsonl");
  const progress = new EventProgress(path, SILENT);
  for (let step = 1; step <= 1000; step++) progress.update({ label: "a", fraction: step / 1000, secondsLeft: 1, values: {}, arm: { arm: "a", seed: 1, fraction: step / 1000 } });
  progress.close();
  const events = parseEvents(await readFile(path, "utf8"));
  expect(events.length).toBeLessThan(20);
  expect(events.at(-1)).toMatchObject({ fraction: 1 });
});

test("only whole lines are read, each once, also while the file grows and across characters of several bytes", async () => {
  const path = join(directory, "growing");
  expect(await linesAfter(path, 0)).toEqual({ text: "", to: 0 });
  await writeFile(path, "één\nhal");
  const first = await linesAfter(path, 0);
  expect(first).toEqual({ text: "één\n", to: 6 });
  expect(await linesAfter(path, first.to)).toEqual({ text: "", to: 6 });
  await appendFile(path, "f\n");
  expect(await linesAfter(path, first.to)).toEqual({ text: "half\n", to: 11 });
});

test("a line that a killed writer left half is passed over, and so is one of another kind", () => {
  expect(parseEvents('{"at":1,"type":"mess{"at":2,"type":"message","text":"a"}\n{"at":3,"type":"other"}\nnull\n\n{"at":4,"type":"message","text":"b"}\n')).toEqual([{ at: 4, type: "message", text: "b" }]);
});

const step = (number: number, fraction: number, loss: number | null, arm = "MAE", seed = 1): NumberedEvent => ({ number, at: number, type: "progress", label: arm, fraction: 0, secondsLeft: null, values: { loss }, arm: { arm, seed, fraction } });

test("curves grow by arm, seeds after the first are named, values that are not finite leave a gap", () => {
  const live = [step(1, 0.5, 2), step(2, 1, 1), step(3, 0.5, null), step(4, 0.5, 3, "MAE", 2)].reduce(withEvent, NOTHING_YET);
  expect(live.curves).toEqual({ loss: { MAE: [[50, 2], [100, 1]], "MAE, seed 2": [[50, 3]] } });
  expect(live.log.map(({ text }) => text)).toEqual(["MAE"]);
});

test("an event that is delivered twice counts once", () => {
  const once = [step(1, 0.5, 2)].reduce(withEvent, NOTHING_YET);
  expect(withEvent(once, step(1, 0.5, 9))).toBe(once);
});

test("an arm that resumes from its checkpoint takes its curve back to there", () => {
  const live = [step(1, 0.25, 4), step(2, 0.5, 3), step(3, 0.75, 2), step(4, 0.5, 2.9)].reduce(withEvent, NOTHING_YET);
  expect(live.curves["loss"]).toEqual({ MAE: [[25, 4], [50, 2.9]] });
});
