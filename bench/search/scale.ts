/**
 * Search at size: real documents (descriptions of Debian packages as papers) on the embedded database with sixteen people
 * searching at once, and many vectors in the in-process index.
 *
 *   node --import tsx bench/search/scale.ts [--json] [--documents 60000] [--vectors 1000000] [--only documents|vectors]
 *     [--models DIR|none] [--lexical memory|postgres] [--neighbours exact|graph|pgvector] [--users 16] [--seconds 20]
 *
 * `--models none` takes fixed random directions of words instead of models; then times are those of everything but models.
 */
import { parseArgs } from "node:util";
import { documentsAtScale } from "./scale-documents.ts";
import { vectorsAtScale } from "./scale-vectors.ts";
import type { LexicalStage } from "../../src/papers/search/lexical.ts";
import type { NeighbourKind } from "../../src/papers/search/neighbours.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    documents: { type: "string", default: "60000" },
    vectors: { type: "string", default: "1000000" },
    only: { type: "string" },
    models: { type: "string" },
    lexical: { type: "string" },
    neighbours: { type: "string" },
    users: { type: "string", default: "16" },
    seconds: { type: "string", default: "20" },
  },
});
const report: Record<string, unknown> = {};
if (values.only !== "vectors") {
  report["documents"] = await documentsAtScale({ documents: Number(values.documents), users: Number(values.users), seconds: Number(values.seconds), models: values.models, lexical: values.lexical as LexicalStage["kind"] | undefined, neighbours: values.neighbours as NeighbourKind | undefined });
}
if (values.only !== "documents") report["vectors"] = await vectorsAtScale({ vectors: Number(values.vectors), models: values.models });
process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : table(report));

function table(parts: Readonly<Record<string, unknown>>): string {
  const lines = (value: unknown, indent: string): string[] =>
    Object.entries(value as Record<string, unknown>).flatMap(([name, inner]) => {
      if (typeof inner === "object" && inner !== null) return [`${indent}${name}`, ...lines(inner, `${indent}  `)];
      return [`${indent}${name.padEnd(34 - indent.length)} ${typeof inner === "number" ? Number(inner.toPrecision(4)) : String(inner)}`];
    });
  return `${lines(parts, "").join("\n")}\n`;
}
