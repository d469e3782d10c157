/** Compiles the fixture command to plain modules, so that tests can start it as a real process and kill it. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";

const ROOT = join(import.meta.dirname, "../..");

/** Emits the fixture and all it imports below `.cache/`, where packages still resolve; returns the path to start. */
export async function compileFixture(name: string): Promise<string> {
  const outDir = join(ROOT, ".cache", `cli-fixture-${name}-${process.pid}`);
  await mkdir(outDir, { recursive: true });
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    rewriteRelativeImportExtensions: true,
    skipLibCheck: true,
    noCheck: true,
    types: [],
    rootDir: ROOT,
    outDir,
  };
  const { emitSkipped } = ts.createProgram([join(ROOT, "test/cli/fixture/main.ts")], options).emit();
  if (emitSkipped) throw new Error("the fixture did not compile");
  return join(outDir, "test/cli/fixture/main.js");
}

export function removeFixture(main: string): Promise<void> {
  return rm(join(main, "../../../.."), { recursive: true, force: true });
}
