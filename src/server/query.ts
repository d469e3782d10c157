/** What addresses say after the question mark, read leniently: pages are linked and typed by hand. */
import { z } from "@hono/zod-openapi";
import { MODALITIES } from "../papers/catalogue/family.ts";
import type { SearchFilters } from "../papers/search/port.ts";

export const LONGEST_QUERY = 300;
const year = z.coerce.number().int().min(1900).max(2100);

/** Filters by the names they have in addresses. */
export const filterQuery = z.object({
  family: z.string().max(60).optional().openapi({ description: "name of a family, such as retrieval" }),
  from: year.optional().openapi({ description: "first year" }),
  to: year.optional().openapi({ description: "last year" }),
  modality: z.enum(MODALITIES).optional().openapi({ description: "what the paper reads or writes" }),
  status: z.enum(["runs", "planned"]).optional().openapi({ description: "whether its system runs here" }),
  code: z.literal("yes").optional().openapi({ description: "only papers whose authors' code is known" }),
});

export function filtersOf({ family, from, to, modality, status, code }: z.output<typeof filterQuery>): SearchFilters {
  return { family, yearFrom: from, yearTo: to, modality, status, hasCode: code === undefined ? undefined : true };
}

/** Filters of a page's address. What is empty or makes no sense is left out, one by one. */
export function lenientFilters(query: Readonly<Record<string, string>>): SearchFilters {
  const entries = Object.entries(filterQuery.shape).flatMap(([name, shape]) => {
    const parsed = query[name] ? shape.safeParse(query[name]) : undefined;
    return parsed?.success ? [[name, parsed.data] as const] : [];
  });
  return filtersOf(Object.fromEntries(entries));
}

/** A text of at most `longest` characters. */
export function text(value: string | undefined, longest = LONGEST_QUERY): string {
  return (value ?? "").slice(0, longest);
}
