/** Subscribers and what they asked for. There are no accounts: an address, confirmed by mail. */
import type { Migration } from "./migration.ts";

export const peopleSchema: Migration = {
  number: 30,
  name: "people",
  sql: `
create table subscribers (
  id text primary key,                     -- random; in tokens, never shown
  address text not null unique,            -- normalised
  status text not null default 'pending' check (status in ('pending', 'active', 'unsubscribed', 'suppressed')),
  frequency text not null default 'daily' check (frequency in ('daily', 'weekly')),
  weekday smallint not null default 1 check (weekday between 1 and 7),  -- ISO, of weekly digests
  hour smallint not null default 7 check (hour between 0 and 23),       -- local
  time_zone text not null default 'UTC',
  paper_count smallint not null default 10 check (paper_count between 1 and 50),
  created_at timestamptz not null,
  confirmed_at timestamptz
);
create index subscribers_active on subscribers (frequency, weekday, hour, time_zone) where status = 'active';

create table subscriber_follows (
  subscriber text not null references subscribers (id) on delete cascade,
  kind text not null check (kind in ('family', 'author')),
  value text not null,
  primary key (subscriber, kind, value)
);

create table saved_searches (
  id text primary key,                     -- random; names the search's feed
  subscriber text not null references subscribers (id) on delete cascade,
  query text not null,
  unique (subscriber, query)
);

create table subscriber_stars (
  subscriber text not null references subscribers (id) on delete cascade,
  paper text not null references papers (id) on delete cascade on update cascade,
  starred_at timestamptz not null,
  primary key (subscriber, paper)
);

create table used_tokens (                 -- single-use tokens that were used, until they expire anyway
  token_hash text primary key,
  expires_at timestamptz not null
);

create table mail_suppressions (           -- outlives the subscriber; holds no address
  address_key text primary key,
  reason text not null check (reason in ('bounce', 'complaint', 'operator')),
  detail text not null,
  suppressed_at timestamptz not null
);
`,
};
