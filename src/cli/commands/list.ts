/** `reprise list`: the catalogue, and which of its systems run. */
import { UsageError, suggestion } from "../errors.ts";
import { printJson, statusOf } from "../ports.ts";
import type { CliPorts } from "../ports.ts";

export function list(ports: CliPorts, { family, json = false }: { family?: string; json?: boolean }): void {
  const families = [...new Set(ports.catalogue.map((paper) => paper.family))];
  if (family !== undefined && !families.includes(family)) {
    throw new UsageError(`unknown family "${family}"${suggestion(family, families)}; choose one of ${families.join(", ")}`);
  }
  const rows = ports.catalogue.filter((paper) => family === undefined || paper.family === family).map((paper) => ({ ...paper, status: statusOf(ports, paper.slug) }));
  if (json) return printJson(ports, rows);
  const width = Math.max(...rows.map(({ slug }) => slug.length));
  for (const name of new Set(rows.map((row) => row.family))) {
    ports.out(`${name}\n`);
    for (const row of rows.filter((item) => item.family === name)) ports.out(`  ${row.slug.padEnd(width)}  ${row.status.padEnd(7)}  ${row.title}\n`);
  }
  ports.out(`\n${rows.length} systems, ${rows.filter(({ status }) => status === "runs").length} run\n`);
}
