-- At the close of a year a class's homeroom teacher signs the list of who has an issued record and who has none and why;
-- the school's seal signs it too and its root becomes a leaf. A later list (a record issued in summer) is another version.

create table class_manifest (
  school_id bigint not null,
  class_id uuid not null,
  version integer not null check (version > 0),
  school_year text not null,
  origin text not null,
  manifest bytea not null,
  salt bytea not null check (length(salt) = 32),
  signing_time text not null,
  algorithm text not null,
  signature bytea not null,
  certificate_id uuid not null,
  signed_by uuid not null,
  signed_at timestamptz not null,
  primary key (school_id, class_id, version),
  foreign key (school_id, class_id) references class (school_id, class_id),
  foreign key (school_id, certificate_id) references signing_certificate (school_id, certificate_id)
);

create table class_closing (
  school_id bigint not null,
  class_id uuid not null,
  version integer not null,
  signing_time text not null,
  algorithm text not null,
  signature bytea not null,
  certificate_id uuid not null,
  leaf bytea not null,
  leaf_hash bytea not null check (length(leaf_hash) = 32),
  closed_by uuid not null,
  closed_at timestamptz not null,
  primary key (school_id, class_id, version),
  foreign key (school_id, class_id, version) references class_manifest (school_id, class_id, version),
  foreign key (school_id, certificate_id) references signing_certificate (school_id, certificate_id)
);

do $$
declare
  name text;
begin
  foreach name in array array['class_manifest', 'class_closing'] loop
    execute format('grant select, insert on %I to hocba_app', name);
    execute format('create trigger refuse_row_change before update or delete on %I for each row execute function refuse_change()', name);
    execute format('create trigger refuse_truncate before truncate on %I for each statement execute function refuse_change()', name);
    execute format('alter table %I enable row level security', name);
    execute format($policy$create policy of_school on %I
      using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
      with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint)$policy$, name);
  end loop;
end $$;
