/** Digests: one row for each subscriber and local date, the papers in it, and the log of what happened. */
import type { Migration } from "./migration.ts";

export const digestSchema: Migration = {
  number: 31,
  name: "digest",
  sql: `
create table digests (
  subscriber text not null references subscribers (id) on delete cascade,
  local_date date not null,
  state text not null default 'planned' check (state in ('planned', 'sending', 'sent', 'failed', 'unknown', 'skipped')),
  reason text,                             -- of every end but 'sent'
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  claim text,                              -- random, of the process that works on it
  lease_until timestamptz,
  primary key (subscriber, local_date)
);
create index digests_open on digests (next_attempt_at) where state = 'planned';
create index digests_sending on digests (lease_until) where state = 'sending';

create table digest_papers (
  subscriber text not null,
  local_date date not null,
  paper text not null references papers (id) on delete cascade on update cascade,
  position integer not null,
  reasons text[] not null,
  primary key (subscriber, paper),         -- no paper twice to the same reader
  foreign key (subscriber, local_date) references digests (subscriber, local_date) on delete cascade
);
create index digest_papers_digest on digest_papers (subscriber, local_date, position);

create table digest_events (               -- append only
  id bigint generated always as identity primary key,
  subscriber text not null,
  local_date date not null,
  event text not null,
  detail text not null default '',
  at timestamptz not null default now(),
  foreign key (subscriber, local_date) references digests (subscriber, local_date) on delete cascade
);
create index digest_events_digest on digest_events (subscriber, local_date, id);
`,
};
