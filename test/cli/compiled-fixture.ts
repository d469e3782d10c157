/** Compiles the fixture command to plain modules, so that tests can start it as a real process and kill it. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";

const ROOT = join(import.meta.dirname, "../..");
const ENTRY = join(ROOT, "test/cli/fixture/main.ts");
const COMPILER: ts.CompilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true, rewriteRelativeImportExtensions: true };

/** Static, dynamic and re-exporting imports; the compiler's own list leaves out `export * as name`. */
const RELATIVE_IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g;

/** Strips types from a fixture (three folders deep) and all it imports, below `.cache/` where packages still resolve; returns the file to start. */
export async function compileFixture(name: string, entry = ENTRY): Promise<string> {
  const target = join(ROOT, ".cache", `cli-fixture-${name}-${process.pid}`);
  const seen = new Set<string>();
  const compile = async (file: string): Promise<void> => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = await readFile(file, "utf8");
    const output = join(target, relative(ROOT, file).replace(/\.ts$/, ".js"));
    await mkdir(dirname(output), { recursive: true });
    await writeFile(output, ts.transpileModule(text, { compilerOptions: COMPILER, fileName: file }).outputText);
    for (const [, path] of text.matchAll(RELATIVE_IMPORT)) await compile(resolve(dirname(file), path as string));
  };
  await compile(entry);
  return join(target, relative(ROOT, entry).replace(/\.ts$/, ".js"));
}

export function removeFixture(main: string): Promise<void> {
  return rm(join(main, "../../../.."), { recursive: true, force: true });
}
