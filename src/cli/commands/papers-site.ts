/** `reprise papers site`: the catalogue, the ledger and their search as files that any static host can serve. */
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { loadPages } from "../../server/pages/renderer.ts";
import { FolderError } from "../../server/site/folder.ts";
import { sitePlace } from "../../server/site/place.ts";
import type { SitePlace } from "../../server/site/place.ts";
import { writeSite } from "../../server/site/write.ts";

export interface SiteCommandOptions {
  readonly baseUrl: string;
  readonly json?: boolean;
}

export async function site(ports: CliPorts, folder: string, { baseUrl, json = false }: SiteCommandOptions): Promise<void> {
  const { systems, home } = ports;
  const place = placeOf(baseUrl);
  const pages = await loadPages(join(home.directory, "dist/web"));
  const written = await writeSite(folder, { systems, home, pages, place }).catch((error: unknown) => {
    throw error instanceof FolderError ? new UsageError(error.message) : error;
  });
  if (json) return printJson(ports, written);
  ports.error(`${written.pages} pages, ${written.files} files in ${written.folder}\n`);
  if (!written.feeds) ports.error("no feeds and no site map: they need the whole address, such as --base-url https://example.org/papers\n");
}

function placeOf(text: string): SitePlace {
  try {
    return sitePlace(text);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--base-url: ${error.message}`);
    throw error;
  }
}
