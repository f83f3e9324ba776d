-- An import is a batch of acts that can be taken back: what it did is kept beside it, and who took it back when.
alter table import
  add column kind text not null default 'results' check (kind in ('results', 'pupils', 'staff')),
  add column outcome jsonb,
  add column undone_by uuid,
  add column undone_at timestamptz;
create index import_by_person on import (school_id, created_by, created_at);
