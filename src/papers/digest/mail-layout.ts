/**
 * The frame of our HTML mails: tables and inline styles, because mail programs drop the rest; text and background are always
 * set together, because some programs invert only one of them in dark mode.
 */
import { Html, html } from "../../lab/report/html.ts";

const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
export const STYLES = {
  heading: `margin:0 0 4px;${FONT};font-size:22px;line-height:28px;color:#1b1f24`,
  title: `${FONT};font-size:17px;line-height:24px;font-weight:600;color:#0b57d0;text-decoration:none`,
  text: `margin:4px 0;${FONT};font-size:15px;line-height:22px;color:#1b1f24`,
  small: `margin:4px 0;${FONT};font-size:13px;line-height:19px;color:#57606a`,
  link: "color:#0b57d0",
  button: `display:inline-block;padding:12px 20px;${FONT};font-size:15px;font-weight:600;color:#ffffff;background-color:#0b57d0;border-radius:6px;text-decoration:none`,
} as const;

/** Only for programs that read it; the inline styles above stand without it. */
const DARK_STYLE = new Html(
  `@media (prefers-color-scheme:dark){body,.page,.card{background-color:#16181c!important}.card *{color:#e6e8eb!important}.card a{color:#8ab4f8!important}.card a.button{color:#16181c!important;background-color:#8ab4f8!important}}`,
);

export interface MailFrame {
  readonly title: string;
  /** Shown in the list of mails after the subject. */
  readonly preview: string;
  /** Rows of a table of one column. */
  readonly rows: readonly Html[];
}

/** A whole HTML document. */
export function mailDocument({ title, preview, rows }: MailFrame): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${title}</title><style>${DARK_STYLE}</style></head>
<body style="margin:0;padding:0;background-color:#f6f8fa">
<div style="display:none;max-height:0;overflow:hidden">${preview}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f6f8fa"><tr><td align="center" style="padding:16px 8px">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:640px;background-color:#ffffff;border-radius:8px">
${rows.map(row)}</table>
</td></tr></table>
</body></html>
`.text;
}

function row(content: Html): Html {
  return html`<tr><td style="padding:12px 24px">${content}</td></tr>
`;
}
