/** What the address of the ledger asks for; read by the server, and in the browser where the page is a file. */
import { LEDGER_SORTS } from "./views.ts";
import type { LedgerQuery } from "./views.ts";

const LONGEST_TEXT = 300;
const LONGEST_NAME = 60;

/** Lenient: pages are linked and typed by hand. */
export function ledgerQuery(query: Readonly<Record<string, string | undefined>>): LedgerQuery {
  const part = (name: string, longest: number): string => (query[name] ?? "").slice(0, longest);
  return {
    text: part("q", LONGEST_TEXT),
    family: part("family", LONGEST_NAME),
    verdict: part("verdict", LONGEST_NAME),
    sort: LEDGER_SORTS.find((sort) => sort === query["sort"]) ?? "verdict",
    descending: query["order"] === "descending",
  };
}
