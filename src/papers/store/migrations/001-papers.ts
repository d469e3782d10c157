/**
 * Papers, where each was seen, and what the world thinks of it. A paper's id can change, when a harvested paper enters the
 * catalogue, so whatever refers to it says `on update cascade`.
 */
import type { Migration } from "./migration.ts";

export const papersSchema: Migration = {
  number: 1,
  name: "papers",
  sql: `
create table papers (
  id text collate "C" primary key,        -- slug of a catalogued paper, else arxiv:..., doi:... or title:...
  slug text unique,                       -- catalogued papers only
  family text,                            -- catalogued papers only
  title text not null,
  abstract text not null default '',      -- of catalogued papers: the card in our own words
  authors text[] not null default '{}',
  year integer check (year between 1 and 9999),
  venue text,
  published timestamptz,
  updated timestamptz,
  arxiv text unique,                      -- without version
  doi text unique,                        -- lower case
  title_key text collate "C" not null,    -- normalised title, for recognising a paper seen elsewhere
  url text,
  code text,
  categories text[] not null default '{}',
  keywords text[] not null default '{}',
  modalities text[] not null default '{}',
  runs boolean not null default false,    -- a system of ours runs it
  withdrawn boolean not null default false,
  content_hash text not null,             -- of what is searched: when it changes, the paper is encoded anew
  dated date not null generated always as -- what lists are sorted by; papers without a date come last
    (coalesce((published at time zone 'UTC')::date, make_date(year, 1, 1), date '0001-01-01')) stored,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);
create index papers_title_key on papers (title_key);
create index papers_family on papers (family) where family is not null;
create index papers_dated on papers (dated desc, id);

create table paper_sources (
  source text not null,                   -- arxiv, hugging-face, openalex, feed:..., bibtex:..., jsonl:..., catalogue
  external_id text not null,
  paper text not null references papers (id) on update cascade on delete cascade,
  seen_at timestamptz not null default now(),
  primary key (source, external_id)
);
create index paper_sources_paper on paper_sources (paper);

create table paper_signals (
  paper text not null references papers (id) on update cascade on delete cascade,
  source text not null,
  kind text not null,                     -- upvotes, stars, citations, comments
  value double precision not null,
  observed_at timestamptz not null,
  primary key (paper, source, kind, observed_at)
);
`,
};
