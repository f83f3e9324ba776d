-- Cells of the class tables, and the acts that made them. A cell's row is its newest value; its acts are
-- appended and never changed, so that who set what, when and over which value can always be told.

create table cell (
  school_id bigint not null,
  class_id uuid not null,
  pupil_id uuid not null,
  period text not null check (period in ('GHK1', 'CHK1', 'GHK2', 'CN')),
  item text not null,
  attempt smallint not null default 1 check (attempt between 1 and 9),
  value text,
  version integer not null check (version > 0),
  set_by uuid not null,
  set_at timestamptz not null,
  seq bigint not null,
  primary key (school_id, class_id, pupil_id, period, item, attempt),
  foreign key (school_id, class_id, pupil_id) references enrolment (school_id, class_id, pupil_id)
);
create index cell_by_seq on cell (school_id, class_id, seq);

-- (batch, n) is the client's idempotency key: a replayed batch finds its stored outcome here.
create table cell_act (
  school_id bigint not null,
  class_id uuid not null,
  seq bigint not null,
  pupil_id uuid not null,
  period text not null,
  item text not null,
  attempt smallint not null,
  old_value text,
  new_value text,
  version integer not null,
  source text not null check (source in ('key', 'paste', 'fill', 'bank', 'excel')),
  device text not null,
  batch text not null,
  n integer not null,
  set_by uuid not null,
  set_at timestamptz not null,
  primary key (school_id, class_id, seq),
  unique (school_id, class_id, batch, n)
);

-- One row a class: its lock orders all acts of the class, its counter numbers them.
create table class_counter (
  school_id bigint not null,
  class_id uuid not null,
  seq bigint not null default 0,
  primary key (school_id, class_id),
  foreign key (school_id, class_id) references class (school_id, class_id)
);

-- What a person decides and no cell says: the confirmed overall result, completion, promotion (TT 27/2020 Điều 9, 11).
create table decision (
  school_id bigint not null,
  decision_id uuid not null,
  class_id uuid not null,
  pupil_id uuid not null,
  kind text not null check (kind in ('result', 'promotion')),
  result text check (result in ('HTXS', 'HTT', 'HT', 'CHT')),
  completed boolean,
  promoted boolean,
  reason text,
  decided_by uuid not null,
  decided_at timestamptz not null,
  primary key (school_id, decision_id),
  foreign key (school_id, class_id, pupil_id) references enrolment (school_id, class_id, pupil_id)
);

create table import (
  school_id bigint not null,
  import_id uuid not null,
  class_id uuid,
  file_name text not null,
  file_digest bytea not null,
  preview jsonb not null,
  created_by uuid not null,
  created_at timestamptz not null,
  applied_at timestamptz,
  primary key (school_id, import_id)
);
