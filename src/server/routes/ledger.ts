/** The ledger: every paper of the catalogue and what its system showed. The page sorts and filters itself where scripts run. */
import { Hono } from "hono";
import { ledgerQuery } from "../pages/ledger-query.ts";
import { ledgerRow } from "../pages/ledger-views.ts";
import { filterChoices } from "../pages/paper-views.ts";
import type { LedgerRow } from "../pages/views.ts";
import { page } from "../respond.ts";
import type { Services } from "../services.ts";
import { VERDICTS } from "../../lab/verdict.ts";

export function ledgerRoutes(services: Services): Hono {
  const rows = ledgerRows(services);
  const { families } = filterChoices(services.papers.catalogued);
  return new Hono().get("/ledger", (c) => page(c, services, { page: "ledger", rows, verdicts: VERDICTS, families, query: ledgerQuery(c.req.query()) }, { title: "Ledger" }));
}

export function ledgerRows({ ledger, systems }: Pick<Services, "ledger" | "systems">): LedgerRow[] {
  return ledger.systems.map((system) => ledgerRow(system, Object.hasOwn(systems, system.slug) ? "runs" : "planned"));
}
