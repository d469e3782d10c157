/** The queue of background jobs. */
import type { Migration } from "./migration.ts";

export const jobsSchema: Migration = {
  number: 2,
  name: "jobs",
  sql: `
create table jobs (
  id bigint generated always as identity primary key,
  kind text not null,                     -- harvest, encode, run, digest
  key text not null,                      -- at most one waiting or running job of a kind has it
  payload jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'dead')),
  attempts integer not null default 0,    -- how often a worker took it
  retry_limit integer not null,           -- attempts beyond the first
  start_after timestamptz not null default now(),
  lease uuid,                             -- of the worker that runs it; a worker without it may not write the outcome
  leased_until timestamptz,
  worker text,                            -- host and process, for people
  error text,                             -- of the last failed attempt
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((state = 'running') = (lease is not null and leased_until is not null))
);
create unique index jobs_key on jobs (kind, key) where state in ('waiting', 'running');
create index jobs_next on jobs (kind, start_after, id) where state = 'waiting';
create index jobs_leased on jobs (leased_until) where state = 'running';
create index jobs_finished on jobs (finished_at) where state in ('done', 'dead');
`,
};
