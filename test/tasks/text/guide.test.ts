/** The TypeScript of docs/text-guide.md runs as it stands, one block after the other. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");

test("the examples of the guide to texts", async () => {
  const text = await readFile(join(ROOT, "docs/text-guide.md"), "utf8");
  const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code as string);
  expect(blocks.length).toBe(8);
  const printed: unknown[][] = [];
  const folder = join(await mkdtemp(join(tmpdir(), "reprise-guide-")), "my-");
  const cache = join(ROOT, ".cache");
  await mkdir(cache, { recursive: true });
  for (const [i, block] of blocks.entries()) {
    const plain = ts.transpileModule(block, { compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true } }).outputText;
    const here = plain.replaceAll('from "reprise/tasks"', `from ${JSON.stringify(join(ROOT, "src/tasks/index.ts"))}`).replaceAll('"my-', `"${folder}`).replaceAll('"docs/', `"${ROOT}/docs/`);
    const file = join(cache, `guide-${process.pid}-${i}.mjs`);
    await writeFile(file, `${[...here.matchAll(/^import[^;]*;$/gm)].map(([line]) => line).join("\n")}\nexport async function run(console) {\n${here.replaceAll(/^import[^;]*;\n/gm, "")}\n}`);
    try {
      const { run } = (await import(file)) as { run: (console: { log: (...values: unknown[]) => void }) => Promise<void> };
      await run({ log: (...values) => printed.push(values) });
    } finally {
      await rm(file, { force: true });
    }
  }
  expect(printed).toEqual([
    ["how do I list hidden files?", 32],
    ["ls -a", 32],
    [expect.stringMatching(/^(great|other|.+)$/), expect.any(Number)],
    [2, expect.any(Number)],
    [expect.stringMatching(/^(ls -a|df -h)$/), 2],
    [expect.stringMatching(/^(files|disks)$/)],
    ["list files", 2],
    ["nDCG@10", 1],
  ]);
  // A probability of the first of a few labels, a cosine.
  expect(printed[2]?.[1]).toBeGreaterThan(0);
  expect(Math.abs(printed[3]?.[1] as number)).toBeLessThanOrEqual(1.000001);
});
