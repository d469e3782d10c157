/**
 * From views to HTML. The components live in `web/` and are built by Vite into `dist/web`; the server loads what was built
 * and knows only this port.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Shell, View } from "./views.ts";

/** Files that pages ask for, as paths below the server's root. */
export interface PageAssets {
  readonly script: string;
  readonly styles: readonly string[];
}

export interface PageRenderer {
  /** A whole document. */
  render(view: View, shell: Shell): string;
  /** Folder of files that are served under `/assets/`. */
  readonly assetDirectory: string;
}

/** What `web/render.tsx` exports. */
export interface BuiltPages {
  renderDocument(view: View, shell: Shell, assets: PageAssets): string;
}

/** Loads the pages built into `directory` (`dist/web`). Throws when they are not there. */
export async function loadPages(directory: string): Promise<PageRenderer> {
  const manifest = await readFile(join(directory, "client/manifest.json"), "utf8").catch((cause: unknown) => {
    throw new Error(`${directory}: found no built pages; run "npm run build"`, { cause });
  });
  const { renderDocument } = (await import(pathToFileURL(join(directory, "server/render.js")).href)) as BuiltPages;
  const assets = assetsOf(JSON.parse(manifest) as Manifest);
  return { render: (view, shell) => renderDocument(view, shell, assets), assetDirectory: join(directory, "client/assets") };
}

/** Vite's manifest: source file to built file. */
type Manifest = Readonly<Record<string, { readonly file: string; readonly isEntry?: boolean; readonly css?: readonly string[] }>>;

function assetsOf(manifest: Manifest): PageAssets {
  const entry = Object.values(manifest).find(({ isEntry }) => isEntry);
  if (!entry) throw new Error("dist/web/client/manifest.json: names no entry; run \"npm run build\"");
  return { script: `/${entry.file}`, styles: (entry.css ?? []).map((file) => `/${file}`) };
}
