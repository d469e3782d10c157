/**
 * Module loader that strips types. Results are kept under node_modules, so
 * that the many short-lived threads and processes of the tests load the compiler once and not each.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const CACHE = new URL("../../../node_modules/.cache/reprise-typescript/", import.meta.url);

async function stripped(source) {
  const kept = new URL(`${createHash("sha256").update(source).digest("hex")}.mjs`, CACHE);
  try {
    return await readFile(kept, "utf8");
  } catch {
    // TypeScript 6.0's transpileModule throws at some files of src/nn, whose modules it does not find.
    const { transform } = await import("esbuild");
    const { code: outputText } = await transform(source, { loader: "ts", format: "esm", target: "es2023", tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } } });
    await mkdir(CACHE, { recursive: true });
    const partial = new URL(`${kept.href}.${process.pid}-${performance.now()}`);
    await writeFile(partial, outputText);
    await rename(partial, kept);
    return outputText;
  }
}

export async function load(url, context, next) {
  if (!url.startsWith("file:") || !url.endsWith(".ts")) return next(url, context);
  return { format: "module", source: await stripped(await readFile(fileURLToPath(url), "utf8")), shortCircuit: true };
}
