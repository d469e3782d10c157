/** From a view to a whole document: what the server, and the maker of the static site, calls. */
import { renderToString } from "preact-render-to-string";
import { Document } from "./document.tsx";
import type { BuiltPages } from "../src/server/pages/renderer.ts";

export const renderDocument: BuiltPages["renderDocument"] = (view, shell, assets) => `<!doctype html>${renderToString(<Document view={view} shell={shell} assets={assets} />)}`;
