/** The OpenAPI document as a page that people read. */
import type { ApiView } from "./views.ts";

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: { readonly description?: string };
}
interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly responses?: Readonly<Record<string, { readonly description?: string }>>;
}

/** Operations in the order of the document. */
export function apiView(document: object): ApiView {
  const { paths = {} } = document as { readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary = "", parameters = [], responses = {} }]) => ({
      method: method.toUpperCase(),
      path,
      summary,
      parameters: parameters.map(({ name, in: place, required = false, description, schema }) => ({ name, in: place, required, description: description ?? schema?.description ?? "" })),
      responses: Object.entries(responses).map(([status, { description = "" }]) => ({ status, description })),
    })),
  );
  return { page: "api", operations };
}
