/** How runs of configurations begin: numbers that are not given, and runs that were begun before. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { beginAssembled, usualLength } from "../../../src/tasks/assemble/begin-assembled.ts";
import { beginRun } from "../../../src/tasks/begun-run.ts";

const work = mkdtempSync(join(tmpdir(), "reprise-begin-"));
const complete = { version: 1, embedding: ["word", "pos"], emb_size: 8, heads_num: 2, layers_num: 1, vocab_size: 20, max_seq_length: 24, target: ["mlm"] };
const matter = { complete, corpusOf: ({ streams }: { readonly streams: readonly { readonly max_seq_length: number }[] }, length = usualLength(streams[0]?.max_seq_length)) => ({ corpus: ["a", "b"], fingerprint: "texts", count: 5, length }) };

test("what is not given is as it was begun, or the default that data and configuration leave", async () => {
  const out = join(work, "run");
  const first = await (await beginAssembled({ out, steps: 7, seed: 3 })).ready(matter, { more: 1 });
  expect(first.identity).toEqual({ config: complete, data: "texts", tokenizer: null, steps: 7, batch: 5, length: 24, learningRate: 1e-3, seed: 3, more: 1 });
  expect([first.corpus, first.finished]).toEqual([["a", "b"], undefined]);
  await beginRun(out, first.identity, () => Promise.resolve());

  await expect(beginAssembled({ out })).rejects.toThrow(`${out} already holds a run; pass --resume to continue it, or another directory`);
  const { begun, ready } = await beginAssembled<{ readonly more: number }>({ out, resume: true });
  expect(begun).toEqual(first.identity);
  const again = await ready(matter, { more: 1 });
  expect(again.identity).toEqual(first.identity);
  expect([...again.model.stateDict()].map(([name, { data }]) => [name, [...data]])).toEqual([...first.model.stateDict()].map(([name, { data }]) => [name, [...data]]));
  await expect(ready(matter, { more: 2 })).rejects.toThrow("more: the begun run has 1, this one 2");
  await expect((await beginAssembled({ out, resume: true, steps: 9 })).ready(matter, { more: 1 })).rejects.toThrow("steps: the begun run has 7, this one 9");
});

test("rows are 64 tokens where no one says, and the data are not read for a model that does not fit", async () => {
  const { ready } = await beginAssembled({ out: join(work, "none") });
  const { identity } = await ready({ ...matter, corpusOf: () => ({ corpus: [], fingerprint: "texts", count: 100, length: usualLength() }) }, {});
  expect([identity.length, identity.batch]).toEqual([64, 32]);
  const unread = { ...matter, complete: { ...complete, heads_num: 3 }, corpusOf: () => { throw new Error("read"); } };
  await expect(ready(unread, {})).rejects.toThrow(/^config: .*heads_num/);
});
