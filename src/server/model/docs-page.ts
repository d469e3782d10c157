/** The page at /docs: the routes in words, made of the OpenAPI document, without scripts. */
import { html } from "hono/html";

interface Operation {
  readonly summary?: string;
  readonly requestBody?: unknown;
  readonly responses?: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly info: { readonly title: string; readonly version: string };
  readonly paths?: object;
  readonly components?: { readonly schemas?: object };
}

const schemaOf = (body: unknown): string => /#\/components\/schemas\/(\w+)/.exec(JSON.stringify(body ?? ""))?.[1] ?? "";

export function docsPage({ info, paths = {}, components }: Document) {
  const operations = Object.entries(paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })));
  const schemas = (components?.schemas ?? {}) as Readonly<Record<string, unknown>>;
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${info.title}</title><meta name="viewport" content="width=device-width"></head>
<body>
<h1>${info.title}</h1>
<p>Also <a href="/info">/info</a>, <a href="/health">/health</a>, <a href="/metrics">/metrics</a>, and all of this as <a href="/openapi.json">OpenAPI</a>.</p>
${operations.map(({ path, method, operation }) => html`<h2>${method} ${path}</h2>
<p>${operation.summary ?? ""}. Answers: ${Object.keys(operation.responses ?? {}).join(", ")}.</p>
<pre>${JSON.stringify(schemas[schemaOf(operation.requestBody)] ?? {}, null, 2)}</pre>`)}
</body>
</html>`;
}
