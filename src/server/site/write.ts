/** Writes a static site into a folder, whole or not at all. */
import { cp, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SEARCH_MODEL, SEARCH_VECTORS, siteContent } from "./content.ts";
import type { SitePage } from "./content.ts";
import { replaceFolder } from "./folder.ts";
import type { SitePlace } from "./place.ts";
import type { PageRenderer } from "../pages/renderer.ts";
import type { Shell } from "../pages/views.ts";
import { DESCRIPTION, SITE, documentTitle } from "../respond.ts";
import type { Services } from "../services.ts";
import { makeDirectory } from "../../data/node/make-directory.node.ts";
import type { PackageHome } from "../../lab/node/provenance.ts";
import { feedOf } from "../../papers/feeds/feed-document.ts";
import { writeFeed } from "../../papers/feeds/formats.ts";
import { siteMap } from "../../papers/feeds/sitemap.ts";
import { MODEL_FOLDERS, openShippedEncoder, shippedModels } from "../../papers/search/models/load.ts";
import type { PaperRecord } from "../../papers/store/paper-record.ts";

export interface SiteOptions {
  readonly systems: Services["systems"];
  readonly home: PackageHome;
  readonly pages: PageRenderer;
  readonly place: SitePlace;
}

export interface WrittenSite {
  readonly folder: string;
  readonly pages: number;
  readonly files: number;
  /** Whether feeds and the site map are there: they need whole addresses. */
  readonly feeds: boolean;
}

/** Makes `folder`, or makes it anew. Throws FolderError when it holds something else. */
export async function writeSite(folder: string, { systems, home, pages: renderer, place: { site, origin } }: SiteOptions): Promise<WrittenSite> {
  return replaceFolder(folder, async (directory) => {
    const encoder = await openShippedEncoder();
    const { papers, pages, missing, search, vectors } = await siteContent(systems, home, encoder).finally(() => encoder.release());
    const put = async (name: string, text: string): Promise<void> => {
      const path = join(directory, name);
      makeDirectory(dirname(path));
      await writeFile(path, text);
    };
    const html = ({ path, view, title, description = DESCRIPTION }: SitePage): string => {
      const shell: Shell = { title: documentTitle(title), description, path, csrf: "", theme: null, site };
      return renderer.render(view, shell);
    };
    for (const page of pages) await put(join(page.path, "index.html"), html(page));
    await put("404.html", html(missing));
    await put("search.json", JSON.stringify(search));
    await writeFile(join(directory, SEARCH_VECTORS), vectors);
    await cp(join(shippedModels(), MODEL_FOLDERS.encoder), join(directory, SEARCH_MODEL), { recursive: true });
    await cp(renderer.assetDirectory, join(directory, "assets"), { recursive: true });
    if (origin !== null) {
      const root = origin + site.base;
      await put("sitemap.xml", siteMap(pages.map(({ path }) => ({ url: `${root}${path}${path.endsWith("/") ? "" : "/"}` }))));
      const feed = feedOf({ path: "feeds/catalogue", title: `${SITE}: the catalogue`, description: "Papers explained in plain words, newest first.", page: "" }, newest(papers).map((paper) => ({ paper, reasons: [] })), root);
      const entries = feed.entries.map((entry) => ({ ...entry, url: `${entry.url}/` }));
      for (const format of ["atom", "json"] as const) await put(`feeds/catalogue.${format}`, writeFeed({ ...feed, entries }, format));
    }
    const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;
    return { folder, pages: pages.length, files, feeds: origin !== null };
  });
}

/** Of papers of one year, those first that come last in the catalogue's identifiers. */
function newest(papers: readonly PaperRecord[]): PaperRecord[] {
  return [...papers].sort((a, b) => (b.year ?? 0) - (a.year ?? 0) || (b.arxiv ?? "").localeCompare(a.arxiv ?? "", "en"));
}
