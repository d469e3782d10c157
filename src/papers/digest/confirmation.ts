/** The two mails somebody gets who types an address into the subscription form. */
import { siteUrl } from "./links.ts";
import { STYLES, mailDocument } from "./mail-layout.ts";
import { AUTOMATIC, messageIdOf } from "./mail-message.ts";
import type { MailMessage } from "./mail-message.ts";
import { wrapText } from "./plain-text.ts";
import { html } from "../../lab/report/html.ts";

/** To an address that is not confirmed: nothing more comes until the link is opened and its button pressed. */
export function confirmationMail(address: string, token: string, baseUrl: string): MailMessage {
  return linkMail({
    address,
    baseUrl,
    token,
    subject: "Confirm your subscription",
    words: `Somebody, probably you, asked for the paper digest of ${new URL(baseUrl).host} to be sent to this address. To get it, confirm within two days. If it was not you, do nothing: no more mail comes and the address is forgotten.`,
    button: "Confirm",
    link: siteUrl(baseUrl, "people/confirm", { token }),
  });
}

/** To an address that gets the digest already: the way to its preferences. */
export function preferencesMail(address: string, token: string, baseUrl: string): MailMessage {
  return linkMail({
    address,
    baseUrl,
    token,
    subject: "Your subscription",
    words: `This address gets the paper digest of ${new URL(baseUrl).host} already. Here you can change what you get, or end it. If you did not ask for this mail, you need not do anything.`,
    button: "Preferences",
    link: siteUrl(baseUrl, "people/preferences", { token }),
  });
}

interface LinkMail {
  readonly address: string;
  readonly baseUrl: string;
  readonly token: string;
  readonly subject: string;
  readonly words: string;
  readonly button: string;
  readonly link: string;
}

function linkMail({ address, baseUrl, token, subject, words, button, link }: LinkMail): MailMessage {
  return {
    to: address,
    subject,
    html: mailDocument({
      title: subject,
      preview: words,
      rows: [html`<h1 style="${STYLES.heading}">${subject}</h1><p style="${STYLES.text}">${words}</p>`, html`<a href="${link}" class="button" style="${STYLES.button}">${button}</a><p style="${STYLES.small}">${link}</p>`],
    }),
    text: [subject, "", wrapText(words), "", `${button}: ${link}`, ""].join("\n"),
    headers: AUTOMATIC,
    messageId: messageIdOf("subscription", [token], baseUrl),
  };
}
