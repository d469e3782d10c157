/** Where in the model tracing stands: the module path for error messages and graph names, and the source line in debug mode. */

const path: string[] = [];
let debug = false;
/** The source of nodes that stand in for another one. */
let inherited: string | undefined;

/** Module path in force, such as `encoder.blocks.3`; empty outside modules. */
export const currentScope = (): string => path[path.length - 1] ?? "";

/** Errors that already say where they happened. */
const located = new WeakSet<Error>();

/** Runs `fn` with the module path set; an error thrown inside begins with the innermost path. */
export function withScope<R>(scope: string, fn: () => R): R {
  path.push(scope);
  try {
    return fn();
  } catch (error) {
    if (scope !== "" && error instanceof Error && !located.has(error)) {
      located.add(error);
      error.message = `${scope}: ${error.message}`;
    }
    throw error;
  } finally {
    path.pop();
  }
}

/** Runs `fn` recording for every node the source line that traced it. */
export function withSources<R>(fn: () => R): R {
  const before = debug;
  debug = true;
  try {
    return fn();
  } finally {
    debug = before;
  }
}

/** Runs `fn`, whose nodes stand in for one traced in `scope` at `source`. */
export function withOrigin<R>({ scope, source }: { readonly scope: string; readonly source: string | undefined }, fn: () => R): R {
  const before = inherited;
  inherited = source;
  try {
    return withScope(scope, fn);
  } finally {
    inherited = before;
  }
}

/** `file:line` of the first caller outside the engine; undefined unless recording. */
export function currentSource(): string | undefined {
  if (inherited !== undefined) return inherited;
  if (!debug) return undefined;
  const frames = (new Error().stack ?? "").split("\n").slice(1);
  const outside = frames.find((frame) => !/[\\/](src|dist)[\\/]engine[\\/]/.test(frame));
  return outside?.trim().replace(/^at\s+/, "");
}
