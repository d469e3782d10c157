/** The letter somebody gets who subscribes: to confirm, or, who is subscribed already, the way to the preferences. */
import { confirmationMail, preferencesMail } from "./confirmation.ts";
import type { MailMessage } from "./mail-message.ts";
import type { Mailer } from "./mailer.ts";
import type { DigestServices } from "./send.ts";
import { meaningOf } from "./smtp-failure.ts";
import type { FailureMeaning, SmtpError } from "./smtp-failure.ts";
import { subscriberById } from "../people/subscribers.ts";
import { withoutAddress } from "../people/suppression.ts";

/**
 * Sends the letter that fits the subscriber's state. Throws when the server refused it for now, so that it is tried again; a
 * letter refused for good, or whose fate is not known, is not sent again: its reader can ask anew.
 */
export async function sendLetter({ database, mailer, tokens, suppressions, baseUrl, clock }: DigestServices, id: string): Promise<void> {
  const subscriber = await subscriberById(database, id);
  if (subscriber === undefined || subscriber.status === "suppressed") return;
  const { address, status } = subscriber;
  const message = status === "active" ? preferencesMail(address, tokens.issue("manage", id, clock()), baseUrl) : confirmationMail(address, tokens.issue("confirm", id, clock()), baseUrl);
  const failure = await attemptDelivery(mailer, message);
  if (failure?.suppress) await suppressions.add(database, address, "bounce", failure.reason, clock());
  // goes into logs, where no address belongs
  if (failure?.kind === "retry") throw new Error(`a letter could not be sent: ${withoutAddress(failure.reason, address)}`);
}

async function attemptDelivery(mailer: Mailer, message: MailMessage): Promise<FailureMeaning | undefined> {
  let dataStarted = false;
  try {
    await mailer.deliver(message, () => {
      dataStarted = true;
      return Promise.resolve();
    });
    return undefined;
  } catch (error) {
    return meaningOf(error instanceof Error ? (error as SmtpError) : { message: String(error) }, dataStarted);
  }
}
