/** The fetcher of real harvests. */
import { packageHome } from "../../lab/node/provenance.ts";
import { PoliteFetcher } from "./fetcher.ts";

/**
 * A fetcher that says it is Reprise and, if `REPRISE_CONTACT` is set (an e-mail address or a page), whom to write to about it,
 * as arXiv and OpenAlex ask.
 */
export async function webFetcher(signal?: AbortSignal): Promise<PoliteFetcher> {
  const { version } = await packageHome();
  const contact = process.env["REPRISE_CONTACT"]?.replace(/[^\x21-\x7e]/gu, "");
  return new PoliteFetcher({ userAgent: `Reprise/${version}${contact ? ` (${contact})` : ""}`, ...(signal && { signal }) });
}
