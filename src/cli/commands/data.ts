/** `reprise data`: the published data that experiments use, what it is and whether it can be had. */
import { UsageError, suggestion } from "../errors.ts";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { cacheDirectory } from "../../data/node/cache-directory.node.ts";
import { getSource, listSources } from "../../data/registry.ts";
import { optionalPartsOf, partsOf } from "../../data/source.ts";
import type { PackageReference, SourceCard } from "../../data/source.ts";

const MEBIBYTE = 2 ** 20;

/** `reprise data list`. */
export function listData(ports: CliPorts, { json = false }: { json?: boolean }): void {
  const cards = listSources();
  if (json) return printJson(ports, cards.map(described));
  const width = Math.max(...cards.map(({ id }) => id.length));
  for (const card of cards) ports.out(`${card.id.padEnd(width)}  ${String(card.records).padStart(8)} records  ${size(card).padStart(10)}  ${card.title}\n`);
}

/** `reprise data info ID`. */
export function dataInfo(ports: CliPorts, id: string, { json = false }: { json?: boolean }): void {
  const card = cardNamed(id);
  const { packages, optional = [] } = card;
  if (json) return printJson(ports, { ...described(card), packages, optional });
  const lines = (references: readonly PackageReference[]): string => references.map(({ registry, name, version, part }) => `  ${part}: ${registry} ${name} ${version}\n`).join("");
  const further = optional.length === 0 ? "" : `\nOnly when asked for: reprise data get ${id} --parts ${optionalPartsOf(card).join(" ")}\n${lines(optional)}`;
  ports.out(`${card.title}\n${card.id}, version ${card.version}, licence ${card.licence}, ${card.records} records, ${size(card)} to download\n\n${card.description}\nSplit by: ${card.splitKey}\n\nPackages\n${lines(packages)}${further}`);
}

/** `reprise data get ID`: fetches what is not in the cache yet and checks all of it. */
export async function getData(ports: CliPorts, id: string, { parts, json = false }: { parts?: readonly string[]; json?: boolean }): Promise<void> {
  const card = cardNamed(id);
  const wanted = parts ?? partsOf(card);
  const known = [...partsOf(card), ...optionalPartsOf(card)];
  const unknown = wanted.find((part) => !known.includes(part));
  if (unknown !== undefined) throw new UsageError(`${id}: unknown part "${unknown}"${suggestion(unknown, known)}; choose from ${known.join(", ")}`);
  const progress = ports.progress();
  try {
    await getSource(id).load({
      parts: wanted,
      signal: ports.signal,
      onProgress: ({ status, file, loaded, total, message }) => {
        if (message !== undefined) progress.message(message);
        progress.update({ label: `${status} ${file}`, fraction: total > 0 ? loaded / total : 0, secondsLeft: undefined, values: {} });
      },
    });
  } finally {
    progress.end();
  }
  const result = { id, version: card.version, parts: wanted, cacheDirectory: cacheDirectory() };
  if (json) printJson(ports, result);
  else ports.out(`${id}: ${wanted.join(", ")} in ${result.cacheDirectory}\n`);
}

function cardNamed(id: string): SourceCard {
  const cards = listSources();
  const card = cards.find((item) => item.id === id);
  if (card) return card;
  const ids = cards.map((item) => item.id);
  throw new UsageError(`unknown data "${id}"${suggestion(id, ids)}; choose from ${ids.join(", ")}`);
}

function described(card: SourceCard): object {
  const { id, version, title, licence, records, splitKey, description } = card;
  return { id, version, title, licence, records, bytes: bytesOf(card), splitKey, description, parts: partsOf(card), optionalParts: optionalPartsOf(card) };
}

function bytesOf({ packages }: SourceCard): number {
  return packages.reduce((sum, { bytes }) => sum + bytes, 0);
}

function size(card: SourceCard): string {
  return `${(bytesOf(card) / MEBIBYTE).toFixed(1)} MiB`;
}
