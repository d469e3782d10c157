/** Where pages live: under an explorer, or as files of a static site below some path. Components write addresses as the explorer has them. */
import { createContext } from "preact";
import type { AnchorHTMLAttributes, JSX } from "preact";
import { useContext } from "preact/hooks";
import { SERVED } from "../src/server/pages/views.ts";
import type { Site } from "../src/server/pages/views.ts";

export const SiteContext = createContext<Site>(SERVED);

export const useSite = (): Site => useContext(SiteContext);

/** The address of a page, given as the explorer's: `/papers/x`, `/?q=x`. Pages of a static site are folders. */
export function addressIn({ kind, base }: Site, address: string): string {
  if (kind === "served" || !address.startsWith("/")) return address;
  const [, path = "", query = ""] = /^([^?]*)(.*)$/.exec(address) ?? [];
  return `${base}${path.endsWith("/") ? path : `${path}/`}${query}`;
}

/** A link to one of our pages. */
export function Link({ href, ...attributes }: AnchorHTMLAttributes & { readonly href: string }): JSX.Element {
  return <a {...attributes} href={addressIn(useSite(), href)} />;
}
