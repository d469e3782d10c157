/** Subscriptions, feeds and the site map as areas of the application: what they need, made from the services of the server. */
import type { AppOptions } from "./app.ts";
import { visitorKey } from "./middleware/rate-limit.ts";
import { filterChoices } from "./pages/paper-views.ts";
import { page } from "./respond.ts";
import { feedRoutes } from "./routes/feeds.ts";
import { peopleRoutes, subscribeRoutes } from "./routes/people.ts";
import type { PeopleRouteServices } from "./routes/people.ts";
import type { Services } from "./services.ts";
import { sendLetterSoon } from "../papers/digest/jobs.ts";
import { People } from "../papers/people/people.ts";
import { deriveKey } from "../papers/people/secret.ts";
import { Suppressions } from "../papers/people/suppression.ts";
import { Tokens } from "../papers/people/tokens.ts";
import { Queue } from "../papers/queue/queue.ts";

export interface MailOptions {
  /** Whether a mail server is configured. */
  readonly mailWorks: boolean;
  /** What reports of bounces must carry. */
  readonly bounceSecret?: string;
}

export function readerModules(services: Services, { mailWorks, bounceSecret }: MailOptions): Required<AppOptions> {
  const { config, database, search, secret, clock, papers } = services;
  const queue = new Queue(database);
  const suppressions = new Suppressions(secret);
  const { families } = filterChoices(papers.catalogued);
  const routes: PeopleRouteServices = {
    people: new People({ database, tokens: new Tokens(secret), suppressions, clock, sendLetter: (connection, subscriber) => sendLetterSoon(queue, connection, subscriber) }),
    database,
    suppressions,
    clock,
    mailWorks,
    bounceSecret,
    visitor: visitorKey(deriveKey(secret, "rate limit"), config.trustProxy),
    show: (c, view, status) => page(c, services, view.page === "message" ? view : { ...view, families }, { title: view.page === "message" ? view.heading : "Mail", status }),
  };
  const feeds = { database, clock, baseUrl: config.publicUrl ?? `http://${config.host}:${config.port}`, search: async (query: string, limit: number) => (await search.search(query, {}, limit)).hits };
  return { modules: [() => subscribeRoutes(routes), () => feedRoutes(feeds)], selfProving: [() => peopleRoutes(routes)] };
}
