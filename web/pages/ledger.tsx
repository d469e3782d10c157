/** All papers of the catalogue with what their systems showed: filtered and sorted here, or by the server without scripts. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { askedRows } from "../ledger/order.ts";
import { duration } from "../parts/format.ts";
import { Rich } from "../parts/rich.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { Link, addressIn, useSite } from "../site.tsx";
import type { PageProps } from "../page.tsx";
import { count } from "../../src/lab/report/format.ts";
import { ledgerQuery } from "../../src/server/pages/ledger-query.ts";
import type { LedgerQuery, LedgerRow, LedgerSort, LedgerView } from "../../src/server/pages/views.ts";

const COLUMNS: readonly { readonly label: string; readonly sort: LedgerSort | null; readonly number: boolean }[] = [
  { label: "Paper", sort: "paper", number: false },
  { label: "Family", sort: "family", number: false },
  { label: "Verdict", sort: "verdict", number: false },
  { label: "Measured", sort: "effect", number: true },
  { label: "Expected", sort: null, number: true },
  { label: "Time", sort: "time", number: true },
];

export function LedgerPage({ view }: PageProps<LedgerView>): JSX.Element {
  const site = useSite();
  const [query, setQuery] = useState(view.query);
  useEffect(() => {
    if (site.kind === "static" && location.search !== "") setQuery(ledgerQuery(Object.fromEntries(new URLSearchParams(location.search)))); // the file is the same whatever is asked
  }, [site]);
  const change = (changed: Partial<LedgerQuery>): void => {
    const next = { ...query, ...changed };
    setQuery(next);
    history.replaceState(null, "", addressIn(site, addressOf(next)));
  };
  const rows = askedRows(view.rows, query);
  return (
    <div class="ledger-page">
      <header>
        <h1>Ledger</h1>
        <p class="lead">What every system showed in its last full run, over all its seeds. A negative verdict is a result.</p>
        <Counts rows={view.rows} verdicts={view.verdicts} />
      </header>
      <form class="filters" method="get" action={addressIn(site, "/ledger")} onSubmit={(event) => event.preventDefault()}>
        <label>
          <span>Find</span>
          <input type="search" name="q" value={query.text} maxLength={300} onInput={({ currentTarget }) => change({ text: currentTarget.value })} />
        </label>
        <label>
          <span>Family</span>
          <select name="family" value={query.family} onChange={({ currentTarget }) => change({ family: currentTarget.value })}>
            <option value="">all</option>
            {view.families.map(({ name, title }) => (
              <option key={name} value={name} selected={name === query.family}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>Verdict</span>
          <select name="verdict" value={query.verdict} onChange={({ currentTarget }) => change({ verdict: currentTarget.value })}>
            <option value="">all</option>
            {[...view.verdicts, "none"].map((verdict) => (
              <option key={verdict} value={verdict} selected={verdict === query.verdict}>
                {verdict === "none" ? "no full result yet" : verdict}
              </option>
            ))}
          </select>
        </label>
        <input type="hidden" name="sort" value={query.sort} />
        <button type="submit" class="only-without-scripts">
          Show
        </button>
      </form>
      <p class="count" aria-live="polite">
        {rows.length} of {view.rows.length} papers
      </p>
      <div class="scroll" tabIndex={0} role="group" aria-label="The ledger">
        <table class="ledger">
          <caption class="sr-only">Papers and what their systems showed</caption>
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <Heading key={column.label} {...column} query={query} change={change} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.slug} row={row} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Counts({ rows, verdicts }: { readonly rows: readonly LedgerRow[]; readonly verdicts: readonly string[] }): JSX.Element {
  const having = (verdict: string | null): number => rows.filter(({ result }) => (result?.verdict ?? null) === verdict).length;
  return (
    <ul class="verdict-counts">
      {verdicts.map((verdict) => (
        <li key={verdict}>
          <Verdict verdict={verdict} /> {having(verdict)}
        </li>
      ))}
      <li class="quiet">no full result yet {having(null)}</li>
    </ul>
  );
}

interface HeadingProps {
  readonly label: string;
  readonly sort: LedgerSort | null;
  readonly number: boolean;
  readonly query: LedgerQuery;
  readonly change: (changed: Partial<LedgerQuery>) => void;
}

/** A link, so that sorting works without scripts; with them it does not leave the page. */
function Heading({ label, sort, number, query, change }: HeadingProps): JSX.Element {
  if (sort === null) return <th scope="col" class={number ? "number" : undefined}>{label}</th>;
  const isSorted = query.sort === sort;
  const next = { ...query, sort, descending: isSorted && !query.descending };
  return (
    <th scope="col" class={number ? "number" : undefined} aria-sort={isSorted ? (query.descending ? "descending" : "ascending") : undefined}>
      <Link
        href={addressOf(next)}
        onClick={(event) => {
          event.preventDefault();
          change(next);
        }}
      >
        {label}
      </Link>
    </th>
  );
}

function Row({ row: { href, slug, title, familyTitle, status, result } }: { readonly row: LedgerRow }): JSX.Element {
  return (
    <tr>
      <th scope="row">
        <Link href={href}>{slug}</Link>
        <span class="row-title">
          <Rich text={title} />
        </span>
      </th>
      <td class="family">{familyTitle}</td>
      <td>{result ? <Verdict verdict={result.verdict} /> : <span class="quiet">{status === "runs" ? "runs, no full result" : "planned"}</span>}</td>
      <td class="number">
        {result && (
          <>
            {result.measured}
            <code>{result.formula}</code>
          </>
        )}
      </td>
      <td class="number">{result?.expected}</td>
      <td class="number">
        {result && (
          <>
            {duration(result.seconds)}
            <small>
              {result.seeds} seeds{result.parameters !== null && `, ${count(result.parameters)} parameters`}
            </small>
          </>
        )}
      </td>
    </tr>
  );
}

function addressOf({ text, family, verdict, sort, descending }: LedgerQuery): string {
  const given = { q: text, family, verdict, sort: sort === "verdict" ? "" : sort, order: descending ? "descending" : "" };
  const parameters = new URLSearchParams(Object.entries(given).filter(([, value]) => value !== ""));
  return parameters.size === 0 ? "/ledger" : `/ledger?${parameters.toString()}`;
}
