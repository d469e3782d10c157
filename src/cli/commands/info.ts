/** `reprise info SLUG`: what a paper is about, and, where its system runs, how it works and how it is run. */
import { loadSystem, paperNamed, printJson, statusOf } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { armLines, conditionLine, failedPremises } from "./outcome-lines.ts";
import { settingEntries, verbsOf } from "../../lab/index.ts";
import type { Recipe, System, Table } from "../../lab/index.ts";
import type { LedgerResult } from "../../lab/ledger.ts";
import { storedResults } from "../../lab/node/ledger-files.ts";
import { duration } from "../../lab/node/terminal-progress.ts";
import { PROFILES } from "../../lab/profile.ts";
import { findCard } from "../../papers/catalogue/catalogue.ts";
import type { Paper } from "../../papers/catalogue/family.ts";
import { expectation } from "../../lab/report/claim-section.ts";

export async function info(ports: CliPorts, slug: string, { json = false }: { json?: boolean }): Promise<void> {
  const paper = paperNamed(ports, slug);
  const system = await loadSystem(ports, slug);
  const card = findCard(slug);
  const result = (await storedResults(ports.home.directory)).get(slug);
  const head = { ...paper, status: statusOf(ports, slug) };
  if (json) return printJson(ports, { ...head, ...(card === undefined ? {} : described(card)), ...(system ? { ...details(system), result: result ?? null } : {}) });
  ports.out(`${paper.title}\narXiv ${paper.arxiv}${card?.venue === undefined ? "" : `, ${card.venue}`}, family ${paper.family}, ${head.status}\n`);
  if (system) ports.out(prose(system, result));
  else if (card) ports.out(cardProse(card));
}

/** The card of a paper as plain data. */
function described({ year, venue, authors, code, keywords, modality, card }: Paper): object {
  return { year, venue: venue ?? null, authors: authors ?? null, code: code ?? null, keywords, modality, card };
}

const section = (heading: string, items: readonly string[]): string => (items.length === 0 ? "" : `\n${heading}\n${items.map((item) => `  - ${item}\n`).join("")}`);

/** A table in columns of equal width, numbers to the right. */
function tableText({ caption, columns, rows }: Table): string {
  const cells = [columns, ...rows.map((row) => row.map(String))];
  const widths = columns.map((_, j) => Math.max(...cells.map((row) => (row[j] as string).length)));
  const isText = columns.map((_, j) => rows.some((row) => typeof row[j] === "string"));
  const line = (row: readonly string[]): string => `  ${row.map((cell, j) => (isText[j] ? cell.padEnd(widths[j] as number) : cell.padStart(widths[j] as number))).join("  ")}`.trimEnd();
  return `\n${caption}\n${cells.map((row) => `${line(row)}\n`).join("")}`;
}

function cardProse({ card, code }: Paper): string {
  return [`\n${[...card.problem, ...card.idea].join(" ")}\n`, section("What the paper reports", card.claims), section("What its system will check", card.checks), code === undefined ? "" : `\nThe authors' code: ${code}\n`].join("");
}

/** The declaration of a system as plain data. */
function details(system: System): object {
  const { year, code, summary, mechanism, checks, deviations, use, knobs = [], experiment, recipe } = system;
  const { profiles, arms, claim } = experiment;
  const conditions = claim.conditions.map(({ name, role = "main", kind, minimumEffect, effect }) => ({ name, role, kind, minimumEffect, formula: effect.formula, noEffect: effect.noEffect }));
  return {
    year,
    code: code ?? null,
    summary,
    mechanism,
    checks,
    deviations,
    use,
    knobs,
    published: system.published?.() ?? [],
    ownData: recipe === undefined ? null : { data: recipe.data, verbs: verbsOf(recipe), settings: settingEntries(recipe.settings) },
    profiles,
    foundations: (experiment.foundations ?? []).map(({ id }) => id),
    arms: arms.map(({ name, role, description }) => ({ name, role, description })),
    claim: { paper: claim.paper, metric: claim.metric, expected: claim.expected, conditions },
  };
}

function prose(system: System, result: LedgerResult | undefined): string {
  const { summary, mechanism, checks, deviations, use, experiment } = system;
  const { claim, arms, profiles } = experiment;
  return [
    `\n${summary}\n`,
    section("How it works", mechanism),
    section("Checked exactly", checks),
    section("Where it differs from the paper", deviations.map(({ what, why }) => `${what} (${why})`)),
    ...(system.published?.() ?? []).map(tableText),
    section("What it gives", use.map(({ verb, description }) => `${verb}: ${description}`)),
    `\nClaim\n  paper: ${claim.paper}\n  measured here: ${claim.metric}\n  counts as shown when: ${claim.expected}\n`,
    section("Conditions", claim.conditions.map(({ name, effect, kind, minimumEffect }) => `${name}: ${effect.formula} ${expectation({ kind, minimumEffect, noEffect: effect.noEffect })}`)),
    ...(result === undefined ? [] : [shown(result)]),
    section("Arms", arms.map(({ name, role, description }) => `${name} (${role}): ${description}`)),
    section("Profiles", PROFILES.map((name) => `${name}: ${seedCount(profiles[name].seeds)}, at most ${profiles[name].minutes} minutes`)),
    ...(system.recipe === undefined ? [] : [ownData(system.recipe, section)]),
    `\nRun it: reprise run ${system.slug}\n`,
    ...(system.recipe === undefined ? [] : [`Train it on your own data: reprise pretrain ${system.slug} --data FOLDER --out MODEL\n`]),
  ].join("");
}

const seedCount = ({ length }: readonly number[]): string => `${length} ${length === 1 ? "seed" : "seeds"}`;

/** What the last full run showed, arms as means over the seeds. */
function shown({ verdict, seeds, seconds, preconditions, conditions, arms }: LedgerResult): string {
  const means = arms.map(({ name, parameters, flopsPerStep, seconds: spent, metrics }) => ({ name, parameters: parameters ?? 0, flopsPerStep: flopsPerStep ?? 0, seconds: spent.mean ?? 0, metrics: Object.fromEntries(Object.entries(metrics).map(([name, { mean }]) => [name, mean])) }));
  const measured = conditions.filter(({ outcome }) => outcome !== "not measured");
  return section(`Its last full run: ${verdict} (${seedCount(seeds)}, ${duration(seconds)})`, [...failedPremises(preconditions), ...measured.map(conditionLine), ...armLines(means)]);
}

/** What a recipe offers and which settings it has. */
function ownData(recipe: Recipe, section: (heading: string, items: readonly string[]) => string): string {
  const settings = settingEntries(recipe.settings).map((entry) => `${entry.path} (${JSON.stringify(entry.default)}): ${entry.description}`);
  return section(`Settings on your own ${recipe.data} (verbs: ${verbsOf(recipe).join(", ")})`, settings);
}
