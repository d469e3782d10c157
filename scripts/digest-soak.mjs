/**
 * Long proof that a digest is sent once: kills schedulers at random while they send to a real SMTP server, and compares what
 * arrived with what the database says. Ends with an error when a mail came twice or a digest was lost without a record.
 *
 *     node --import tsx scripts/digest-soak.mjs [kills = 1000] [postgresql | pglite]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crashRun } from "../test/papers/digest/crash-run.ts";
import { withPostgresql } from "../test/papers/support/postgresql.ts";

const kills = Number(process.argv[2] ?? 1000);
const host = process.argv[3] ?? "postgresql";
if (!Number.isInteger(kills) || kills < 1 || !["postgresql", "pglite"].includes(host)) {
  process.stderr.write("usage: digest-soak.mjs [kills] [postgresql | pglite]\n");
  process.exit(2);
}

const progress = (done) => {
  if (done % 50 === 0) process.stdout.write(`${done} kills\n`);
};
const soak = (database, schedulers) => crashRun({ database, kills, schedulers, readers: 8, random: Math.random, progress });

async function onPglite() {
  const directory = await mkdtemp(join(tmpdir(), "reprise-digest-"));
  try {
    return await soak({ directory }, 1);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const report = host === "postgresql" ? await withPostgresql((url) => soak({ url }, 2)) : await onPglite();
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
if (report.duplicates.length > 0 || report.contradictions.length > 0) {
  process.stderr.write(`digest-soak: ${report.duplicates.length} mails came twice, ${report.contradictions.length} digests contradict what arrived\n`);
  process.exitCode = 1;
}
