/** Addresses of the explorer's pages, as mails and feeds link to them. */
import type { PaperRecord } from "../store/paper-record.ts";

/** `path` under the site's address, with `parameters` as its query. */
export function siteUrl(baseUrl: string, path: string, parameters: Readonly<Record<string, string>> = {}): string {
  const url = new URL(path.replace(/^\//, ""), baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** The page of a paper. */
export function paperUrl(baseUrl: string, { id }: Pick<PaperRecord, "id">): string {
  return siteUrl(baseUrl, `papers/${encodeURIComponent(id)}`);
}

/** An address from outside, if it leads to the web; a harvested `javascript:` or `data:` address does not. */
export function webUrl(text: string | null): string | undefined {
  if (text === null || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
}
