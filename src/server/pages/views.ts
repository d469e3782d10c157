/**
 * What pages are made of: plain JSON that the server fills in and that components of `web/` draw, in the server, in the
 * browser and in the static site. Nothing here is HTML but the formulas of titles.
 */
import type { Stage, Card } from "../../papers/catalogue/family.ts";
import type { LiveRun } from "../../papers/runs/live.ts";
import type { RunOutcome } from "../../papers/runs/outcome.ts";
import type { RunStatus } from "../../papers/runs/run.ts";
import type { SearchDocument } from "../../papers/search/documents.ts";
import type { Facets, Passage, SearchFilters, Suggestion } from "../../papers/search/port.ts";
import type { TrendingWindow } from "../../papers/ranking/trending.ts";
import type { AssembleView } from "./assemble-page.ts";

/** A text with formulas. `mathml` is markup that the server made; strings are plain text. */
export type RichText = readonly (string | { readonly mathml: string })[];

/** A paper in a line of a list. */
export interface PaperBrief {
  readonly id: string;
  readonly href: string;
  readonly title: RichText;
  /** In words; null for papers outside the catalogue. */
  readonly family: string | null;
  readonly year: number | null;
  readonly venue: string | null;
  readonly authors: readonly string[];
  readonly runs: boolean;
  readonly catalogued: boolean;
  readonly hasCode: boolean;
  /** The idea in a sentence; null for papers outside the catalogue. */
  readonly gist: string | null;
}

export interface HitView extends PaperBrief {
  /** Empty when papers were listed rather than searched. */
  readonly stages: readonly { readonly name: string; readonly value: number }[];
  readonly why: readonly Passage[];
  /** Why it stands where it stands, in plain words; null when papers were listed. */
  readonly explanation: string | null;
}

/** What a question gets. */
export interface Answer {
  readonly hits: readonly HitView[];
  /** What the reader should know of how the question was read. */
  readonly notices: readonly string[];
  readonly facets: Facets;
}

/** Something that goes on as was typed: a paper, or a question to ask. */
export interface SuggestionView {
  readonly kind: Suggestion["kind"];
  readonly text: string;
  readonly href: string;
}

/** What the static site searches: papers, and how lists show them. */
export interface SearchFile {
  readonly documents: readonly SearchDocument[];
  readonly briefs: readonly PaperBrief[];
  /** Where the encoder's folder and the vectors of the documents are below the site's path. */
  readonly meaning: { readonly model: string; readonly vectors: string; readonly dimension: number };
}

export interface FilterChoices {
  readonly families: readonly { readonly name: string; readonly title: string; readonly papers: number }[];
  readonly modalities: readonly string[];
  readonly years: readonly number[];
}

export interface SearchView {
  readonly page: "search";
  readonly query: string;
  readonly filters: SearchFilters;
  readonly choices: FilterChoices;
  /** Null when nothing was asked for; the page then introduces itself. */
  readonly answer: Answer | null;
  /** Papers whose systems run. */
  readonly running: readonly PaperBrief[];
  readonly papers: number;
}

/** A condition of a claim, ready to be shown. */
export interface ConditionView {
  readonly name: string;
  readonly role: "main" | "side" | "precondition";
  readonly formula: string;
  readonly expected: string;
  /** Null when it was not measured. */
  readonly measured: string | null;
  readonly outcome: "held" | "direction" | "failed" | "not measured";
}

export interface LedgerRow {
  readonly slug: string;
  readonly href: string;
  readonly title: RichText;
  readonly family: string;
  readonly familyTitle: string;
  readonly status: "runs" | "planned";
  /** Null while there is no full result. */
  readonly result: {
    readonly verdict: string;
    readonly formula: string;
    readonly expected: string;
    /** With the spread over seeds. */
    readonly measured: string;
    /** The plain number, to sort by. */
    readonly effect: number | null;
    readonly seeds: number;
    readonly seconds: number;
    readonly parameters: number | null;
    readonly checks: number;
    readonly commit: string | null;
  } | null;
}

export const LEDGER_SORTS = ["paper", "family", "verdict", "effect", "time"] as const;
export type LedgerSort = (typeof LEDGER_SORTS)[number];

export interface LedgerQuery {
  readonly text: string;
  readonly family: string;
  readonly verdict: string;
  readonly sort: LedgerSort;
  readonly descending: boolean;
}

export interface LedgerView {
  readonly page: "ledger";
  readonly rows: readonly LedgerRow[];
  readonly verdicts: readonly string[];
  readonly families: readonly { readonly name: string; readonly title: string }[];
  readonly query: LedgerQuery;
}

/** A run in a line of a list. */
export interface RunBrief {
  readonly id: string;
  readonly href: string;
  readonly slug: string;
  readonly status: RunStatus;
  readonly profile: string;
  /** ISO 8601. */
  readonly queuedAt: string;
  readonly verdict: string | null;
  readonly seconds: number | null;
}

export interface PaperView {
  readonly page: "paper";
  readonly paper: PaperBrief;
  readonly keywords: readonly string[];
  readonly modalities: readonly string[];
  readonly links: readonly { readonly label: string; readonly href: string }[];
  /** Null for papers outside the catalogue, which have an abstract instead. */
  readonly card: Card | null;
  readonly abstract: string | null;
  readonly diagram: readonly Stage[];
  /** How the system works and is run; null while it is planned. */
  readonly system: {
    readonly mechanism: readonly string[];
    readonly deviations: readonly { readonly what: string; readonly why: string }[];
    readonly minutes: number;
    readonly ownData: boolean;
  } | null;
  readonly conditions: readonly ConditionView[];
  readonly ledger: LedgerRow["result"];
  readonly runs: readonly RunBrief[];
  /** Whether this server starts runs. */
  readonly mayRun: boolean;
  readonly similar: readonly PaperBrief[];
}

/** A run as it is now. */
export interface RunState {
  readonly id: string;
  readonly slug: string;
  readonly profile: string;
  readonly status: RunStatus;
  /** Place in the queue from 1; null when it does not wait. */
  readonly position: number | null;
  readonly attempt: number;
  readonly label: string | null;
  readonly fraction: number;
  readonly secondsLeft: number | null;
  readonly reason: string | null;
  /** ISO 8601. */
  readonly queuedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly outcome: RunOutcome | null;
  /** Those of the outcome, ready to be shown; none before the run has finished. */
  readonly conditions: readonly ConditionView[];
}

export interface RunView {
  readonly page: "run";
  readonly run: RunState;
  readonly paper: PaperBrief;
  readonly live: LiveRun;
  readonly mayRun: boolean;
  /** Earlier finished runs of the same system. */
  readonly earlier: readonly RunState[];
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly href: string }[];
}

export interface RunsView {
  readonly page: "runs";
  readonly runs: readonly (RunBrief & { readonly title: RichText })[];
}

export interface TrendingView {
  readonly page: "trending";
  readonly window: TrendingWindow;
  readonly places: readonly (PaperBrief & { readonly score: number; readonly why: readonly string[] })[];
}

export interface SubscribeView {
  readonly page: "subscribe";
  readonly families: FilterChoices["families"];
  /** Something to say after a form was sent. */
  readonly notice: Notice | null;
  /** What was entered, so that a mistake loses nothing. */
  readonly entered: PreferenceFields & { readonly address: string };
  /** Whether this server sends mail. */
  readonly mailWorks: boolean;
}

export interface PreferencesView {
  readonly page: "preferences";
  readonly families: FilterChoices["families"];
  readonly notice: Notice | null;
  readonly entered: PreferenceFields;
  /** Proves who the reader is; goes back with every form. */
  readonly token: string;
  /** Ends the mails. */
  readonly unsubscribeToken: string;
}

export interface PreferenceFields {
  readonly frequency: "daily" | "weekly";
  /** Of weekly mails: 1 is Monday, 7 Sunday. */
  readonly weekday: number;
  /** 0 to 23, in `timeZone`. */
  readonly hour: number;
  /** IANA name. */
  readonly timeZone: string;
  readonly families: readonly string[];
  readonly authors: readonly string[];
  /** Queries, one each. */
  readonly searches: readonly string[];
  /** Papers in a mail. */
  readonly paperCount: number;
}

export interface Notice {
  readonly kind: "done" | "problem";
  readonly text: string;
}

export interface AboutView {
  readonly page: "about";
  readonly version: string;
  readonly papers: number;
  readonly running: number;
}

export interface ApiView {
  readonly page: "api";
  readonly operations: readonly {
    readonly method: string;
    readonly path: string;
    readonly summary: string;
    readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly description: string }[];
    readonly responses: readonly { readonly status: string; readonly description: string }[];
  }[];
}

/** A page that only says something: an error, a question, a confirmation. */
export interface MessageView {
  readonly page: "message";
  readonly heading: string;
  readonly text: string;
  /** A button that sends a form back, such as the one of an unsubscribe page. */
  readonly action: { readonly label: string; readonly path: string; readonly fields: Readonly<Record<string, string>> } | null;
}

export type View = SearchView | PaperView | RunView | RunsView | LedgerView | TrendingView | SubscribeView | PreferencesView | AboutView | ApiView | AssembleView | MessageView;

/** Where pages live: drawn by an explorer at its root, or files of a static site. */
export interface Site {
  readonly kind: "served" | "static";
  /** Path that all pages lie below, without a slash at its end: empty at the root. */
  readonly base: string;
}

export const SERVED: Site = { kind: "served", base: "" };

/** What surrounds the page. */
export interface Shell {
  readonly title: string;
  readonly description: string;
  /** Path of the page, for the navigation. */
  readonly path: string;
  /** Token of the visitor's forms. */
  readonly csrf: string;
  /** What the reader chose; null follows the system. */
  readonly theme: "light" | "dark" | null;
  readonly site: Site;
}
