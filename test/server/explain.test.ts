/** Configurations are explained beside the server's own thread, one at a time, and what takes too long is broken off. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { afterAll, expect, test } from "vitest";
import { readPresets } from "../../src/server/assemble-presets.ts";
import { ExplainBusy, ExplainRefused, ExplainThread } from "../../src/server/explain/thread.ts";
import { explain, parseConfig } from "../../src/train/assemble/index.ts";

const presets = await readPresets(process.cwd());
const config = (name: string) => presets.find((preset) => preset.name === name)?.config as Readonly<Record<string, unknown>>;
const opened: ExplainThread[] = [];
const open = (options: { readonly waiting?: number; readonly patience?: number } = {}): ExplainThread => {
  const thread = new ExplainThread({ presets, ...options });
  opened.push(thread);
  return thread;
};
afterAll(() => Promise.all(opened.map((thread) => thread.close())));
const SMALL = { embedding: ["word", "pos"], emb_size: 8, heads_num: 2, layers_num: 1, vocab_size: 20, max_seq_length: 24, target: ["mlm"] };

test("says the same as here, and this thread goes on meanwhile", async () => {
  const thread = open();
  expect(await thread.explain(SMALL)).toEqual(explain(parseConfig(SMALL)));
  const delay = monitorEventLoopDelay({ resolution: 5 });
  let [asked, turns] = [true, 0];
  const began = performance.now();
  const heavy = thread.explain(config("bert-base")).finally(() => (asked = false));
  delay.enable();
  while (asked) {
    turns++;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  delay.disable();
  const milliseconds = performance.now() - began;
  expect((await heavy).parameters).toBe(110_107_196);
  // Explained here it would be a single turn of the whole time.
  expect(turns).toBeGreaterThan(milliseconds / 200);
  expect(delay.max / 1e6).toBeLessThan(milliseconds / 2);
});

test("mistakes are refused in words, and the thread goes on", async () => {
  const thread = open();
  await expect(thread.explain({ encodr: "lstm" })).rejects.toThrow(ExplainRefused);
  await expect(thread.explain({ ...SMALL, layers_num: 1_000_000 })).rejects.toThrow("layers_num: at most 128 is explained here, got 1000000");
  await expect(thread.view([["preset", "nothing"]])).rejects.toThrow('there is no "nothing"; choose from albert-base');
  expect((await thread.explain(SMALL)).problems).toEqual([]);
});

test("too many at once are told to come back, and one that takes too long is broken off without harm to the others", async () => {
  const thread = open({ waiting: 1 });
  const [first, second, third] = [0, 1, 2].map(() => thread.explain(SMALL));
  await expect(third).rejects.toThrow(ExplainBusy);
  expect((await first)?.parameters).toBe((await second)?.parameters);

  const hurried = open({ patience: 1 }); // not even the thread has begun then
  await expect(hurried.explain(SMALL)).rejects.toThrow("takes more than 0.001 seconds to explain");
  await thread.close();
  await expect(thread.explain(SMALL)).rejects.toThrow("the server is stopping");
});
