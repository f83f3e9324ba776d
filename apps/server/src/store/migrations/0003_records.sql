-- Records: frozen bytes, signature slots and acts are appended; status is derived from them.

-- The UUID of a record (mã tra cứu) is unique in the country and never used again.
create table record_registry (
  record_id uuid primary key,
  school_id bigint not null
);

create table record (
  school_id bigint not null,
  record_id uuid not null,
  class_id uuid not null,
  pupil_id uuid not null,
  school_year text not null,
  profile text not null,
  rule_set text not null,
  frozen_xml bytea not null,
  annex bytea not null,
  slots jsonb not null,
  replaces uuid,
  frozen_by uuid not null,
  frozen_at timestamptz not null,
  primary key (school_id, record_id),
  foreign key (school_id, class_id, pupil_id) references enrolment (school_id, class_id, pupil_id),
  foreign key (school_id, replaces) references record (school_id, record_id)
);
create index record_of_class on record (school_id, class_id, pupil_id);

create table record_act (
  school_id bigint not null,
  record_id uuid not null,
  seq integer not null,
  act text not null check (act in ('freeze', 'thaw', 'sign', 'return', 'issue', 'recall', 'replace')),
  staff_id uuid not null,
  role text not null,
  reason text,
  acted_at timestamptz not null,
  primary key (school_id, record_id, seq),
  foreign key (school_id, record_id) references record (school_id, record_id)
);

create table signing_certificate (
  school_id bigint not null,
  certificate_id uuid not null,
  -- null for the school's seal
  staff_id uuid,
  algorithm text not null,
  chain bytea[] not null,
  key_reference text not null,
  not_after timestamptz not null,
  registered_at timestamptz not null,
  primary key (school_id, certificate_id)
);

create table slot (
  school_id bigint not null,
  record_id uuid not null,
  slot_id text not null,
  slot_order smallint not null,
  role text not null check (role in ('subjectTeacher', 'homeroomTeacher', 'principal', 'schoolSeal')),
  signing_time text not null,
  personal_id text,
  signature bytea not null,
  certificate_id uuid not null,
  signed_by uuid not null,
  signed_at timestamptz not null,
  primary key (school_id, record_id, slot_id),
  unique (school_id, record_id, slot_order),
  foreign key (school_id, record_id) references record (school_id, record_id),
  foreign key (school_id, certificate_id) references signing_certificate (school_id, certificate_id)
);

create table signing_batch (
  school_id bigint not null,
  batch_id uuid not null,
  role text not null check (role in ('subjectTeacher', 'homeroomTeacher', 'principal', 'schoolSeal')),
  requested_by uuid not null,
  requested_at timestamptz not null,
  finished_at timestamptz,
  primary key (school_id, batch_id)
);

-- What a batch works through. `prepared` holds the bytes to sign between the two steps of a signature.
create table signing_item (
  school_id bigint not null,
  batch_id uuid not null,
  record_id uuid not null,
  slot_id text not null,
  state text not null check (state in ('waiting', 'prepared', 'signed', 'refused')),
  prepared jsonb,
  refusal text,
  changed_at timestamptz not null,
  primary key (school_id, batch_id, record_id, slot_id),
  foreign key (school_id, batch_id) references signing_batch (school_id, batch_id),
  foreign key (school_id, record_id) references record (school_id, record_id)
);

create table issued_record (
  school_id bigint not null,
  record_id uuid not null,
  xml bytea not null,
  salt bytea not null check (length(salt) = 32),
  core bytea not null check (length(core) = 32),
  leaf bytea not null,
  leaf_hash bytea not null check (length(leaf_hash) = 32),
  issued_at timestamptz not null,
  issued_by uuid not null,
  primary key (school_id, record_id),
  foreign key (school_id, record_id) references record (school_id, record_id)
);

create table recalled_record (
  school_id bigint not null,
  record_id uuid not null,
  reason_code text not null,
  reason text not null,
  replaced_by uuid,
  salt bytea not null check (length(salt) = 32),
  leaf bytea not null,
  leaf_hash bytea not null check (length(leaf_hash) = 32),
  recalled_at timestamptz not null,
  recalled_by uuid not null,
  primary key (school_id, record_id),
  foreign key (school_id, record_id) references issued_record (school_id, record_id)
);

-- The public page is found by a random 128-bit token, before a school is known.
create table verification_token (
  token text primary key,
  school_id bigint not null,
  record_id uuid not null
);

create table audit_event (
  school_id bigint not null,
  event_id uuid not null,
  at timestamptz not null,
  account_id uuid,
  role text,
  act text not null,
  object text,
  outcome text not null,
  address text,
  primary key (school_id, event_id)
);
create index audit_event_by_time on audit_event (school_id, at);
