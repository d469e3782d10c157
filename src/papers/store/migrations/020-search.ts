/**
 * Vectors of papers, and a log of what changed, which indexes outside the database follow.
 *
 * The log is append-only, so that writers never wait for each other, and lies in a schema of its own, so that backups leave
 * it out: transaction numbers mean nothing in another database.
 */
import type { Migration } from "./migration.ts";

export const searchSchema: Migration = {
  number: 20,
  name: "search",
  sql: `
create table search_models (
  number integer generated always as identity primary key,
  name text not null unique,              -- of the model and its weights
  dimension integer not null check (dimension between 1 and 16000)
);

create table search_encodings (           -- papers whose vectors are complete
  model integer not null references search_models (number) on delete cascade,
  paper text not null references papers (id) on update cascade on delete cascade,
  content text not null,                  -- what was encoded: the paper's content hash and how it was cut
  primary key (model, paper)
);
create index search_encodings_paper on search_encodings (paper);

create table search_vectors (
  model integer not null,
  paper text not null,
  position integer not null,              -- 0: title and keywords; then the passages in order
  text_hash text not null,                -- an unchanged passage keeps its vector
  vector bytea not null,                  -- float32, little-endian, of unit length
  primary key (model, paper, position),
  foreign key (model, paper) references search_encodings (model, paper) on update cascade on delete cascade
);

create schema search;
create table search.changes (
  transaction xid8 not null,
  paper text not null,                    -- its id; empty: all of them
  noted_at timestamptz not null default now()
);
create index changes_transaction on search.changes (transaction);

create function search.note_new() returns trigger language plpgsql as $body$
begin
  execute format('insert into search.changes (transaction, paper) select distinct pg_current_xact_id(), %I from new_rows', tg_argv[0]);
  return null;
end
$body$;
create function search.note_old() returns trigger language plpgsql as $body$
begin
  execute format('insert into search.changes (transaction, paper) select distinct pg_current_xact_id(), %I from old_rows', tg_argv[0]);
  return null;
end
$body$;
create function search.note_both() returns trigger language plpgsql as $body$
begin
  execute format('insert into search.changes (transaction, paper) select pg_current_xact_id(), %1$I from new_rows union select pg_current_xact_id(), %1$I from old_rows', tg_argv[0]);
  return null;
end
$body$;
create function search.note_all() returns trigger language plpgsql as $body$
begin
  insert into search.changes (transaction, paper) values (pg_current_xact_id(), '');
  return null;
end
$body$;

create trigger search_inserted after insert on papers referencing new table as new_rows for each statement execute function search.note_new('id');
create trigger search_updated after update on papers referencing old table as old_rows new table as new_rows for each statement execute function search.note_both('id');
create trigger search_deleted after delete on papers referencing old table as old_rows for each statement execute function search.note_old('id');
create trigger search_truncated after truncate on papers for each statement execute function search.note_all();
create trigger search_inserted after insert on search_encodings referencing new table as new_rows for each statement execute function search.note_new('paper');
create trigger search_updated after update on search_encodings referencing old table as old_rows new table as new_rows for each statement execute function search.note_both('paper');
create trigger search_deleted after delete on search_encodings referencing old table as old_rows for each statement execute function search.note_old('paper');
create trigger search_truncated after truncate on search_encodings for each statement execute function search.note_all();
`,
};
