/** The digest as a mail. Pure: the same reader, papers and date give the same mail. */
import { paperUrl, siteUrl, webUrl } from "./links.ts";
import { STYLES, mailDocument } from "./mail-layout.ts";
import { AUTOMATIC, headerText, messageIdOf, unsubscribeHeaders } from "./mail-message.ts";
import type { MailMessage } from "./mail-message.ts";
import { wrapText } from "./plain-text.ts";
import { summaryOf } from "./summary.ts";
import { EMPTY, html } from "../../lab/report/html.ts";
import type { Html } from "../../lab/report/html.ts";
import type { PaperRecord } from "../store/paper-record.ts";

/** Whom a digest is for. */
export interface DigestReader {
  readonly id: string;
  readonly address: string;
  /** Tokens of purposes "unsubscribe" and "manage". */
  readonly unsubscribeToken: string;
  readonly manageToken: string;
}

/** A paper in a digest, with why it is there, in words. */
export interface DigestPaper {
  readonly paper: PaperRecord;
  readonly reasons: readonly string[];
}

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
/** Authors named before "and others". */
const AUTHORS = 4;

/** The mail of `reader` for the local date `date` (YYYY-MM-DD). `baseUrl` is the explorer's address as readers see it. */
export function render(reader: DigestReader, papers: readonly DigestPaper[], date: string, baseUrl: string): MailMessage {
  const unsubscribe = siteUrl(baseUrl, "people/unsubscribe", { token: reader.unsubscribeToken });
  const manage = siteUrl(baseUrl, "people/preferences", { token: reader.manageToken });
  const day = dateInWords(date);
  const heading = `Papers of ${day}`;
  const first = papers[0]?.paper.title ?? "";
  const more = papers.length > 1 ? ` and ${papers.length - 1} more` : "";
  return {
    to: reader.address,
    subject: headerText(`${headerText(first, 80)}${more} · ${day}`),
    html: mailDocument({
      title: heading,
      preview: papers.map(({ paper }) => headerText(paper.title, 60)).join(" · "),
      rows: [html`<h1 style="${STYLES.heading}">${heading}</h1>`, ...papers.map((item) => paperHtml(item, baseUrl)), footerHtml(unsubscribe, manage, baseUrl)],
    }),
    text: [heading, "", ...papers.flatMap((item, i) => paperText(item, i + 1, baseUrl)), ...footerText(unsubscribe, manage, baseUrl)].join("\n"),
    headers: { ...unsubscribeHeaders(unsubscribe), "List-Id": `Reprise digest <digest.${new URL(baseUrl).hostname}>`, ...AUTOMATIC },
    messageId: messageIdOf("digest", [reader.id, date], baseUrl),
  };
}

function paperHtml({ paper, reasons }: DigestPaper, baseUrl: string): Html {
  const { text, ours } = summaryOf(paper);
  const links = linksOf(paper).map(([name, url], i) => html`${i > 0 ? " · " : ""}<a href="${url}" style="${STYLES.link}">${name}</a>`);
  return html`<a href="${paperUrl(baseUrl, paper)}" style="${STYLES.title}">${headerText(paper.title, 300)}</a>
<p style="${STYLES.small}">${byline(paper)}</p>
<p style="${STYLES.text}">${text}${ours || text === "" ? "" : " (from the abstract)"}</p>
${reasons.length > 0 ? html`<p style="${STYLES.small}">Why: ${reasons.map((reason) => headerText(reason, 300)).join("; ")}</p>` : EMPTY}
${links.length > 0 ? html`<p style="${STYLES.small}">${links}</p>` : EMPTY}`;
}

function paperText({ paper, reasons }: DigestPaper, place: number, baseUrl: string): string[] {
  const { text, ours } = summaryOf(paper);
  return [
    wrapText(`${place}. ${paper.title}`),
    wrapText(byline(paper), "   "),
    ...(text === "" ? [] : [wrapText(ours ? text : `${text} (from the abstract)`, "   ")]),
    ...(reasons.length === 0 ? [] : [wrapText(`Why: ${reasons.join("; ")}`, "   ")]),
    `   ${paperUrl(baseUrl, paper)}`,
    ...linksOf(paper).map(([name, url]) => `   ${name}: ${url}`),
    "",
  ];
}

/** Where else the paper is, with names. */
function linksOf({ arxiv, url, code }: PaperRecord): [string, string][] {
  const source = arxiv === null ? webUrl(url) : `https://arxiv.org/abs/${arxiv.split("/").map(encodeURIComponent).join("/")}`;
  const repository = webUrl(code);
  return [...(source ? [[arxiv === null ? "Paper" : "arXiv", source] as [string, string]] : []), ...(repository ? [["Code", repository] as [string, string]] : [])];
}

function byline({ authors, venue, year, runs }: PaperRecord): string {
  const names = authors.slice(0, AUTHORS).join(", ") + (authors.length > AUTHORS ? " and others" : "");
  const where = [venue, year].filter((part) => part !== null).join(" ");
  return headerText([names, where, runs ? "runs here" : ""].filter(Boolean).join(" · "), 300);
}

function footerHtml(unsubscribe: string, manage: string, baseUrl: string): Html {
  return html`<p style="${STYLES.small}">You get this mail because you asked for it at <a href="${siteUrl(baseUrl, "")}" style="${STYLES.link}">${new URL(baseUrl).host}</a>.
<a href="${manage}" style="${STYLES.link}">Change what you get</a> · <a href="${unsubscribe}" style="${STYLES.link}">Unsubscribe</a></p>`;
}

function footerText(unsubscribe: string, manage: string, baseUrl: string): string[] {
  return ["-- ", wrapText(`You get this mail because you asked for it at ${new URL(baseUrl).host}.`), `Change what you get: ${manage}`, `Unsubscribe: ${unsubscribe}`, ""];
}

function dateInWords(date: string): string {
  const [year = "", month = "", day = ""] = date.split("-");
  return `${Number(day)} ${MONTHS[Number(month) - 1] ?? ""} ${year}`;
}
