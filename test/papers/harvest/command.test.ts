import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPgliteDirectory } from "../../../src/papers/store/pglite.ts";
import { commandLine } from "../../cli/support/command-line.ts";
import { emptyCluster } from "../support/pglite.ts";
import { arxivPage } from "./support/formats.ts";
import { send, withServer } from "./support/server.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "reprise-harvest-"));
  await (await openPgliteDirectory(join(directory, "data"), await emptyCluster())).close();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const reprise = (...words: readonly string[]): ReturnType<typeof commandLine> => commandLine(["papers", ...words, "--database", join(directory, "data")], directory);

test("import stores a file, names what it did not understand, and prints a report as JSON", async () => {
  const file = join(directory, "refs.bib");
  await writeFile(file, "@article{a, title={A fine paper}, author={Ada Byron}, year={2020}}\n@article{b, author={X}}\n");
  const first = await reprise("import", file, "--json");
  expect(first.code).toBe(0);
  expect(JSON.parse(first.out)).toMatchObject({ source: "bibtex:refs.bib", records: 1, added: 1, problemCount: 1 });
  expect(first.error).toContain("bibtex:refs.bib: b: title: a paper needs a title\n");
});

test("harvest takes settings and a date; a source that fails is in the report and in the exit code", async () => {
  await withServer(
    (_, response) => send(response, arxivPage([{ id: "2403.00001", title: "A paper of arXiv" }], { total: 1 })),
    async ({ base, requests }) => {
      const done = await reprise("harvest", "--source", "arxiv", "--set", `base=${base}`, "--set", "pause=0", "--set", 'categories=["cs.CL"]', "--since", "2024-03-01", "--json");
      expect(done).toMatchObject({ code: 0 });
      expect(JSON.parse(done.out)).toMatchObject([{ source: "arxiv:cs.CL", added: 1, finished: true }]);
      expect(requests[0]).toContain("202403010000");
      const failing = await reprise("harvest", "--source", "feed", "--set", `url=${base}/feed`, "--json");
      expect(failing).toMatchObject({ code: 1, error: expect.stringContaining("no public address") as string });
      expect(JSON.parse(failing.out)).toMatchObject([{ source: "feed", error: expect.stringContaining("no public address") as string }]);
    },
  );
});

test("what is not understood is refused with the nearest choice before anything is opened", async () => {
  expect(await reprise("harvest", "--source", "arxv")).toMatchObject({ code: 2, error: expect.stringContaining('did you mean "arxiv"') as string });
  expect(await reprise("harvest", "--source", "arxiv", "--set", "categorys=1")).toMatchObject({ code: 2, error: expect.stringContaining("categorys") as string });
  expect(await reprise("harvest", "--set", "pause=0")).toMatchObject({ code: 2, error: expect.stringContaining("--set belongs to one source") as string });
  expect(await reprise("harvest", "--since", "2024-02-31")).toMatchObject({ code: 2 });
  expect(await reprise("import", "papers.txt")).toMatchObject({ code: 2, error: expect.stringContaining("--format bibtex or --format jsonl") as string });
});
