-- The transparency log of this installation. No personal data: a leaf is a commitment.
-- One row of log_state per origin; swapping its `lock` is the log's compare-and-swap: the last checkpoint that was
-- signed, verbatim, and which staged files belong to it.

create table log_state (
  origin text primary key,
  inception timestamptz not null,
  lock bytea
);

create table log_leaf (
  origin text not null references log_state (origin),
  leaf_index bigint not null check (leaf_index >= 0),
  leaf bytea not null,
  leaf_hash bytea not null check (length(leaf_hash) = 32),
  primary key (origin, leaf_index),
  unique (origin, leaf_hash)
);

-- Leaves acknowledged by an issuing transaction and not yet numbered by the sequencer.
create table log_pending (
  origin text not null references log_state (origin),
  pending_id bigint generated always as identity,
  leaf bytea not null,
  leaf_hash bytea not null check (length(leaf_hash) = 32),
  primary key (origin, pending_id),
  unique (origin, leaf_hash)
);

create table log_staged (
  origin text not null references log_state (origin),
  key text not null,
  bundle bytea not null,
  primary key (origin, key)
);
