/** The examples of the documentation are code that compiles and runs. */
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** Fenced blocks of a language. */
async function blocks(file: string, language: string): Promise<string[]> {
  const text = await readFile(join(ROOT, file), "utf8");
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(([, code]) => code as string);
}

test("the training step of the README runs as it stands", async () => {
  const [code] = await blocks("README.md", "ts");
  const plain = ts.transpileModule(code as string, { compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true } }).outputText;
  const here = plain.replaceAll(/from "reprise\/(\w+)"/g, (_, floor: string) => `from ${JSON.stringify(join(ROOT, "src", floor, "index.ts"))}`);
  const printed: unknown[][] = [];
  const file = join(ROOT, ".cache", `readme-example-${process.pid}.mjs`);
  await mkdir(join(ROOT, ".cache"), { recursive: true });
  await writeFile(file, `export async function run(console) {\n${here.replaceAll(/^import[^;]*;\n/gm, "")}\n}\n${[...here.matchAll(/^import[^;]*;$/gm)].map(([line]) => line).join("\n")}`);
  try {
    const { run } = (await import(file)) as { run: (console: { log: (...values: unknown[]) => void }) => Promise<void> };
    await run({ log: (...values) => printed.push(values) });
  } finally {
    await rm(file, { force: true });
  }
  // Ten classes, blank pictures, weights near zero: the first loss is near ln 10. A step multiplies 32 rows by both
  // weights, forward and for the gradients of both weights and of the hidden layer: no gradient of the input is needed.
  const [loss, flops] = printed[0] as [number, number];
  expect(Math.abs(loss - Math.log(10))).toBeLessThan(0.3);
  expect(flops).toBe(2 * 32 * (2 * 784 * 128 + 3 * 128 * 10) + 32 * (128 + 10));
});

test("links between documents lead somewhere", async () => {
  const documents = ["README.md", ...(await readdir(join(ROOT, "docs"))).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)];
  for (const document of documents) {
    const text = await readFile(join(ROOT, document), "utf8");
    for (const [, target] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(target as string)) continue;
      const path = join(ROOT, document, "..", target as string);
      await expect(stat(path), `${document} links to ${target}`).resolves.toBeDefined();
    }
  }
});
