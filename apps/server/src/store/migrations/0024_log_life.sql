-- What a log states besides records, by when its trees existed, and how it ends.

-- Documents behind leaves of kind `statement` (packages/ledger, statement.ts): what kind, the document itself says.
create table log_statement (
  leaf_hash bytea primary key check (length(leaf_hash) = 32),
  origin text not null references log_state (origin),
  document bytea not null,
  salt bytea not null check (length(salt) = 32),
  leaf bytea not null,
  made_at timestamptz not null
);
create index log_statement_by_time on log_statement (origin, made_at);

-- Evidence Records (RFC 4998) over checkpoints: version 0 dates the checkpoint, each later one dates that again before
-- its authority ends. `note` is the checkpoint with the log's own signature alone.
create table log_evidence (
  origin text not null references log_state (origin),
  size bigint not null check (size > 0),
  version integer not null check (version >= 0),
  note bytea not null,
  evidence bytea not null,
  renew_before timestamptz not null,
  made_at timestamptz not null,
  primary key (origin, size, version)
);

-- A log that takes no further leaf, by an operator's order: closed at its year's end, or no longer believed because its
-- key may be in wrong hands; then `last_note` is the last tree that is believed and `next` the log that goes on.
create table log_end (
  origin text primary key references log_state (origin),
  how text not null check (how in ('closed', 'stolen')),
  next text references log_state (origin),
  last_size bigint,
  last_note bytea,
  ordered_at timestamptz not null,
  check ((how = 'stolen') = (next is not null)),
  check ((next is null) = (last_size is null) and (last_size is null) = (last_note is null))
);

-- The newest checkpoint of each log that its witnesses' quorum had cosigned: what is believed after a theft.
create table log_cosigned (
  origin text primary key references log_state (origin),
  size bigint not null,
  note bytea not null,
  cosigned_at timestamptz not null
);

-- Leaves that are believed: those behind the last believed tree of a stolen log stand again in the log that goes on.
create view believed_leaf as
  select l.origin, l.leaf_index, l.leaf, l.leaf_hash
  from log_leaf l left join log_end e on e.origin = l.origin
  where e.last_size is null or l.leaf_index < e.last_size;

do $$
declare
  name text;
begin
  foreach name in array array['log_statement', 'log_evidence', 'log_end'] loop
    execute format('grant select, insert on %I to hocba_app', name);
    execute format('create trigger refuse_row_change before update or delete on %I for each row execute function refuse_change()', name);
    execute format('create trigger refuse_truncate before truncate on %I for each statement execute function refuse_change()', name);
  end loop;
end $$;
grant select, insert, update on log_cosigned to hocba_app;
grant select on believed_leaf to hocba_app;
