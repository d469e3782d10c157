/** What each source says of a paper, where harvests go on, and former ids of papers. */
import type { Migration } from "./migration.ts";

export const harvestSchema: Migration = {
  number: 10,
  name: "harvest",
  sql: `
alter table paper_sources
  add column facts jsonb,                 -- what the source says; null: it only refers to the paper
  add column arxiv text,                  -- of the facts, as is what follows: for finding sightings of the same paper
  add column doi text,
  add column title_key text collate "C";
create index paper_sources_arxiv on paper_sources (arxiv) where arxiv is not null;
create index paper_sources_doi on paper_sources (doi) where doi is not null;
create index paper_sources_title_key on paper_sources (title_key) where title_key is not null;

create table harvest_cursors (
  state_key text primary key,             -- source and what of it is harvested
  cursor text not null,
  finished boolean not null,              -- false: the harvest was stopped on its way
  updated_at timestamptz not null default now()
);

create table http_validators (            -- for conditional requests
  url text primary key,
  etag text,
  last_modified text
);

create table paper_aliases (              -- ids that papers had, so that old links lead on
  alias text primary key,
  paper text not null references papers (id) on update cascade on delete cascade
);
create index paper_aliases_paper on paper_aliases (paper);

-- Makes two papers one: whatever refers to the one that goes refers to the one that stays. Where both had the same (both
-- starred by one reader, say), the row of the one that goes is dropped with it.
create function absorb_paper(gone text, stays text) returns void language plpgsql as $body$
declare
  reference record;
  place tid;
begin
  for reference in
    select c.conrelid::regclass as referring, a.attname as column_name
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid = 'papers'::regclass and array_length(c.conkey, 1) = 1
  loop
    for place in execute format('select ctid from %s where %I = $1', reference.referring, reference.column_name) using gone loop
      begin
        execute format('update %s set %I = $1 where ctid = $2', reference.referring, reference.column_name) using stays, place;
      exception when unique_violation then
        null;
      end;
    end loop;
  end loop;
  delete from papers where id = gone;
  insert into paper_aliases (alias, paper) values (gone, stays) on conflict (alias) do update set paper = excluded.paper;
end
$body$;
`,
};
