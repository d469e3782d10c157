/** `reprise papers trending|digest|subscribers`: the list, the mails, and who gets them. */
import { readFile } from "node:fs/promises";
import { UsageError, suggestion } from "../errors.ts";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { placeOf, withDatabase } from "./database-option.ts";
import type { PlaceOption } from "./database-option.ts";
import { ReportError, applyReports, readReports } from "../../papers/digest/bounces.ts";
import { MailConfigurationError, mailConfiguration } from "../../papers/digest/configuration.ts";
import { previewDigests } from "../../papers/digest/preview.ts";
import { savedSearchesIn } from "../../papers/digest/saved-searches.ts";
import { AddressError, normaliseAddress } from "../../papers/people/address.ts";
import { exportSubscriber } from "../../papers/people/export.ts";
import { loadSecret } from "../../papers/people/secret.ts";
import { deleteSubscriber, listSubscribers, subscriberByAddress } from "../../papers/people/subscribers.ts";
import type { Subscriber } from "../../papers/people/subscriber.ts";
import { Suppressions } from "../../papers/people/suppression.ts";
import { FAMILY_NAMES } from "../../papers/ranking/family-title.ts";
import type { TrendingWindow } from "../../papers/ranking/trending.ts";
import { trendingPapers } from "../../papers/ranking/trending-papers.ts";
import { loadCatalogue } from "../../papers/store/catalogue.ts";
import { dataDirectory } from "../../papers/store/data-directory.ts";
import type { Database } from "../../papers/store/database.ts";

interface JsonOption extends PlaceOption {
  readonly json?: boolean;
}

export interface TrendingCommandOptions extends JsonOption {
  readonly window: TrendingWindow;
  readonly limit: number;
  readonly family?: string;
}

export async function trending(ports: CliPorts, { window, limit, family, json = false, ...place }: TrendingCommandOptions): Promise<void> {
  if (family !== undefined && !FAMILY_NAMES.includes(family)) throw new UsageError(`unknown family "${family}"${suggestion(family, FAMILY_NAMES)}; choose one of ${FAMILY_NAMES.join(", ")}`);
  const list = await withCatalogue(ports, place, (database) => trendingPapers(database, { window, limit, family, now: new Date() }));
  if (json) return printJson(ports, list.map(({ position, paper: { id, title }, trending: { score, why, parts, interest, recency } }) => ({ position, id, title, score, why, parts, interest, recency })));
  for (const { position, paper, trending: { score, why } } of list) ports.out(`${String(position).padStart(3)}  ${score.toFixed(2).padStart(6)}  ${paper.title}\n             ${why.join("; ")}\n`);
}

export interface DigestCommandOptions extends JsonOption {
  /** Its first moment in UTC. */
  readonly date?: Date;
  readonly dryRun?: boolean;
}

export async function digest(ports: CliPorts, { date, dryRun = false, json = false, ...place }: DigestCommandOptions): Promise<void> {
  const now = new Date();
  const today = now.toISOString().slice(0, 10);
  const day = date?.toISOString().slice(0, 10) ?? today;
  if (!dryRun) {
    if (day !== today) throw new UsageError(`--date ${day}: mails are sent when they are due, which is today (${today}); add --dry-run to see those of another day`);
    return sendNow(ports, place, json);
  }
  const end = new Date(`${day}T23:59:59Z`);
  const baseUrl = process.env["REPRISE_PUBLIC_URL"] || "http://localhost:8017";
  const previews = await withCatalogue(ports, place, (database) => previewDigests(database, savedSearchesIn(database), day, day === today ? now : end, baseUrl));
  if (json) return printJson(ports, previews);
  for (const { address, subject, text } of previews) ports.out(`To: ${address ?? "a reader who has said nothing"}\nSubject: ${subject}\n\n${text}\n`);
}

async function sendNow(ports: CliPorts, place: PlaceOption, json: boolean): Promise<void> {
  const mail = await asUsage([MailConfigurationError], () => mailConfiguration(process.env));
  if (mail === undefined) throw new UsageError("no mail can be sent: REPRISE_SMTP_URL is not set");
  const { digestServices, runDigests } = await import("../../papers/digest/index.ts"); // brings the mail library with it
  const run = await withCatalogue(ports, place, async (database) => {
    const services = await digestServices(database, savedSearchesIn(database), { directory: secretDirectory(place) });
    return runDigests(services, ports.signal);
  });
  if (json) return printJson(ports, run);
  ports.error(`${run.planned} planned; ${Object.entries(run.ended).map(([state, count]) => `${count} ${state === "planned" ? "to be tried again" : state}`).join(", ") || "nothing to send now"}\n`);
}

export interface SubscribersListOptions extends JsonOption {
  readonly limit: number;
}

export async function listPeople(ports: CliPorts, { limit, json = false, ...place }: SubscribersListOptions): Promise<void> {
  const people = await withDatabase(ports, place, (database) => listSubscribers(database, { limit }));
  if (json) return printJson(ports, people);
  for (const { address, status, frequency, hour, timeZone } of people) ports.out(`${address.padEnd(36)} ${status.padEnd(12)} ${frequency} at ${hour} ${timeZone}\n`);
  ports.error(`${people.length} subscribers\n`);
}

export async function showPerson(ports: CliPorts, address: string, { json = false, ...place }: JsonOption): Promise<void> {
  const data = await withDatabase(ports, place, async (database) => exportSubscriber(database, (await personAt(database, address)).id));
  if (json || data === undefined) return printJson(ports, data ?? null);
  const { subscriber, following, digests } = data;
  ports.out(`${subscriber.address}: ${subscriber.status}, ${subscriber.frequency} at ${subscriber.hour} ${subscriber.timeZone}, ${subscriber.paperCount} papers\n`);
  ports.out(`follows ${[...following.families, ...following.authors].join(", ") || "nothing"}; searches ${following.searches.map(({ query }) => `"${query}"`).join(", ") || "none"}; ${following.stars.length} stars\n`);
  for (const { date, state, reason, papers } of digests) ports.out(`${date}  ${state.padEnd(8)} ${papers.length} papers${reason === null ? "" : `  ${reason}`}\n`);
}

export async function removePerson(ports: CliPorts, address: string, { json = false, ...place }: JsonOption): Promise<void> {
  await withDatabase(ports, place, async (database) => deleteSubscriber(database, (await personAt(database, address)).id));
  if (json) return printJson(ports, { removed: address });
  ports.error("removed, with everything known of this subscriber\n");
}

export interface SuppressOptions extends JsonOption {
  readonly lift?: boolean;
  /** Reports of bounces and complaints, JSON or a report a line. */
  readonly file?: string;
}

export async function suppressPeople(ports: CliPorts, address: string | undefined, { lift = false, file, json = false, ...place }: SuppressOptions): Promise<void> {
  if ((address === undefined) === (file === undefined)) throw new UsageError("give an address, or --file with reports of bounces and complaints");
  const result = await withDatabase(ports, place, async (database) => {
    const suppressions = new Suppressions(await loadSecret({ environment: process.env["REPRISE_SECRET"], directory: secretDirectory(place) }));
    if (address === undefined) {
      const text = await readFile(file ?? "", "utf8");
      return asUsage([ReportError, AddressError], async () => {
        const reports = readReports(text);
        return { reports: reports.length, subscribers: await applyReports(database, suppressions, reports, new Date()) };
      });
    }
    const normal = await asUsage([AddressError], () => normaliseAddress(address));
    if (lift) return { address: normal, lifted: await suppressions.lift(database, normal) };
    return { address: normal, subscriber: await suppressions.add(database, normal, "operator", "by hand", new Date()) };
  });
  if (json) return printJson(ports, result);
  ports.error(`${Object.entries(result).map(([name, value]) => `${name}: ${String(value)}`).join(", ")}\n`);
}

async function personAt(database: Database, address: string): Promise<Subscriber> {
  const normal = await asUsage([AddressError], () => normaliseAddress(address));
  const person = await subscriberByAddress(database, normal);
  if (person === undefined) throw new UsageError(`no subscriber has the address ${normal}; "reprise papers subscribers list" shows all`);
  return person;
}

/** As withDatabase, with the catalogue in it. */
function withCatalogue<T>(ports: CliPorts, place: PlaceOption, work: (database: Database) => Promise<T>): Promise<T> {
  return withDatabase(ports, place, async (database) => {
    await loadCatalogue(database, Object.keys(ports.systems));
    return work(database);
  });
}

/** Where the secret is kept: with the data. */
function secretDirectory(place: PlaceOption): string {
  return dataDirectory(placeOf(place).directory);
}

/** Turns the errors of those who ask into usage errors. */
async function asUsage<T>(kinds: readonly (new (message: string) => Error)[], work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && kinds.some((kind) => error instanceof kind)) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
