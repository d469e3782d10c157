/** Runs that people start from the explorer, and what each of them said. */
import type { Migration } from "./migration.ts";

export const runsSchema: Migration = {
  number: 40,
  name: "runs",
  sql: `
create table runs (
  id text primary key,
  slug text not null,
  profile text not null,
  status text not null,                   -- queued, running, cancelling, finished, failed, cancelled
  queued_at timestamptz not null,
  started_at timestamptz,                 -- of the last attempt
  finished_at timestamptz,
  attempt integer not null default 0,     -- how often it was started; from the second on it resumes
  machine text,                           -- which holds the directory and the process
  directory text,
  pid integer,
  process_started text,                   -- tells the process from a later one of the same number
  label text,                             -- what is being done
  fraction double precision not null default 0,
  seconds_left double precision,
  reason text,                            -- why it failed or stopped, for people
  outcome jsonb,                          -- verdict, conditions and arms of a finished run
  events_read bigint not null default 0,  -- bytes of the event file that are stored below
  last_event integer not null default 0
);
create index runs_waiting on runs (queued_at) where status = 'queued';
create index runs_slug on runs (slug, queued_at desc);
create unique index runs_one_at_a_time on runs (slug, profile) where status in ('queued', 'running', 'cancelling');

create table run_events (
  run text not null references runs (id) on delete cascade,
  number integer not null,                -- 1, 2, 3 ... within the run
  at timestamptz not null,
  data jsonb not null,
  primary key (run, number)
);
`,
};
