/** Rows of the ledger as pages show them, and the order a reader asks for. */
import { paperPath } from "./hit-views.ts";
import { richText } from "./rich-text.ts";
import type { LedgerRow } from "./views.ts";
import type { LedgerSystem } from "../ledger.ts";
import { effectText, spread } from "../../lab/report/format.ts";
import { expectation } from "../../lab/report/claim-section.ts";
import { familyTitle } from "../../papers/ranking/family-title.ts";

export function ledgerRow(system: LedgerSystem, status: LedgerRow["status"]): LedgerRow {
  const { slug, title, family } = system;
  return { slug, href: paperPath(slug), title: richText(title), family, familyTitle: familyTitle(family), status, result: resultOf(system) };
}

function resultOf({ verdict, conditions = [], seeds = [], seconds = 0, arms = [], exactChecks = 0, commit = null }: LedgerSystem): LedgerRow["result"] {
  const headline = conditions.find(({ role }) => role === "main");
  if (verdict === undefined || headline === undefined) return null;
  const { formula, measured, noEffect, deviation, outcome } = headline;
  return {
    verdict,
    formula,
    expected: expectation(headline),
    measured: outcome === "not measured" ? "not measured" : `${effectText(measured, noEffect)}${deviation === null ? "" : ` ${spread(deviation)}`}`,
    effect: measured,
    seeds: seeds.length,
    seconds,
    parameters: arms.find(({ role }) => role === "system")?.parameters ?? null,
    checks: exactChecks,
    commit: commit?.slice(0, 8) ?? null,
  };
}
