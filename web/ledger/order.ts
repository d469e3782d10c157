/** Which rows of the ledger a reader asks for, and in which order. Pure, so that server and browser agree. */
import type { LedgerQuery, LedgerRow, LedgerSort } from "../../src/server/pages/views.ts";

/** Best first; rows without a result come last, whichever way the others are sorted. */
const VERDICT_ORDER = ["reproduced", "direction only", "not reproduced at this scale", "precondition failed"];

/** What rows are compared by; null comes last. */
const KEYS: { readonly [S in LedgerSort]: (row: LedgerRow) => number | string | null } = {
  paper: ({ slug }) => slug,
  family: ({ familyTitle }) => familyTitle,
  verdict: ({ result }) => (result === null ? null : VERDICT_ORDER.indexOf(result.verdict)),
  effect: ({ result }) => result?.effect ?? null,
  time: ({ result }) => result?.seconds ?? null,
};

/** `verdict` may be one of the verdicts, `none` for rows without a result, or empty for all. */
export function askedRows(rows: readonly LedgerRow[], { text, family, verdict, sort, descending }: LedgerQuery): LedgerRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const key = KEYS[sort];
  const sign = descending ? -1 : 1;
  return rows
    .filter((row) => family === "" || row.family === family)
    .filter(({ result }) => verdict === "" || (result?.verdict ?? "none") === verdict)
    .filter((row) => words.every((word) => `${row.slug} ${plain(row)}`.toLowerCase().includes(word)))
    .map((row) => ({ row, value: key(row) }))
    .sort((a, b) => (a.value === null || b.value === null ? Number(a.value === null) - Number(b.value === null) : sign * compare(a.value, b.value)))
    .map(({ row }) => row);
}

function plain({ title }: LedgerRow): string {
  return title.map((part) => (typeof part === "string" ? part : "")).join("");
}

function compare(a: number | string, b: number | string): number {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en");
}
