/** Papers, where each was seen, and what the world thinks of it. */
import type { Migration } from "./migration.ts";

export const papersSchema: Migration = {
  number: 1,
  name: "papers",
  sql: `
create table papers (
  id text primary key,                    -- slug of a catalogued paper, else arxiv:..., doi:... or title:...
  slug text unique,                       -- catalogued papers only
  family text,                            -- catalogued papers only
  title text not null,
  abstract text not null default '',      -- of catalogued papers: the card in our own words
  authors text[] not null default '{}',
  year integer,
  venue text,
  published timestamptz,
  updated timestamptz,
  arxiv text unique,                      -- without version
  doi text unique,                        -- lower case
  title_key text not null,                -- normalised title, for recognising a paper seen elsewhere
  url text,
  code text,
  categories text[] not null default '{}',
  keywords text[] not null default '{}',
  modalities text[] not null default '{}',
  runs boolean not null default false,    -- a system of ours runs it
  withdrawn boolean not null default false,
  content_hash text not null,             -- of what is searched: when it changes, the paper is encoded anew
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);
create index papers_title_key on papers (title_key);
create index papers_family on papers (family) where family is not null;
create index papers_published on papers (published desc nulls last);

create table paper_sources (
  source text not null,                   -- arxiv, hugging-face, openalex, feed:..., bibtex:..., jsonl:..., catalogue
  external_id text not null,
  paper text not null references papers (id) on delete cascade,
  seen_at timestamptz not null default now(),
  primary key (source, external_id)
);
create index paper_sources_paper on paper_sources (paper);

create table paper_signals (
  paper text not null references papers (id) on delete cascade,
  source text not null,
  kind text not null,                     -- upvotes, stars, citations, comments
  value double precision not null,
  observed_at timestamptz not null,
  primary key (paper, source, kind, observed_at)
);
`,
};
