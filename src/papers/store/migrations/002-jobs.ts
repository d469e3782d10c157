/** The queue of background jobs. */
import type { Migration } from "./migration.ts";

export const jobsSchema: Migration = {
  number: 2,
  name: "jobs",
  sql: `
create table jobs (
  id bigint generated always as identity primary key,
  kind text not null,                     -- harvest, encode, run, digest
  key text not null,                      -- no two unfinished jobs of a kind have the same
  once boolean not null,                  -- nor does a finished one that is still remembered
  payload jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'dead')),
  attempts integer not null default 0,    -- how often a worker took it and did not give it back
  retry_limit integer not null,           -- attempts beyond the first
  start_after timestamptz not null default now(),
  lease uuid,                             -- a worker without it may not write the outcome
  leased_until timestamptz,
  worker text,                            -- host and process that took it last, for people
  error text,                             -- of the last failed attempt
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((state = 'running') = (lease is not null)),
  check ((state = 'running') = (leased_until is not null)),
  check ((state in ('done', 'dead')) = (finished_at is not null))
);
create unique index jobs_key on jobs (kind, key) where state in ('waiting', 'running') or once;
create index jobs_next on jobs (start_after, id) where state = 'waiting';
create index jobs_leased on jobs (leased_until) where state = 'running';
create index jobs_finished on jobs (finished_at) where state in ('done', 'dead');
`,
};
