-- The records of a class in one file to print: made in the background, kept for a day, one of each class.
create table class_book (
  school_id bigint not null,
  class_id uuid not null,
  book_id uuid not null unique,
  requested_by uuid not null,
  requested_at timestamptz not null,
  -- The address that the QR codes name, as the person who asked saw it.
  public_url text not null,
  keep_until timestamptz not null,
  stopped_at timestamptz,
  failure text,
  finished_at timestamptz,
  pdf bytea,
  primary key (school_id, class_id),
  foreign key (school_id, class_id) references class (school_id, class_id),
  check ((pdf is null) = (finished_at is null))
);
-- Already compressed inside.
alter table class_book alter column pdf set storage external;

-- What the file is made of, in its order; what the print of a record says is fixed once, so that work taken up again goes on.
create table class_book_record (
  school_id bigint not null,
  class_id uuid not null,
  position integer not null,
  record_id uuid not null,
  qr_url text,
  leaf_index bigint,
  primary key (school_id, class_id, position),
  foreign key (school_id, class_id) references class_book (school_id, class_id) on delete cascade,
  foreign key (school_id, record_id) references issued_record (school_id, record_id),
  check ((qr_url is null) = (leaf_index is null))
);

do $$
declare
  name text;
begin
  foreach name in array array['class_book', 'class_book_record'] loop
    execute format('grant select, insert, update, delete on %I to hocba_app', name);
    execute format('alter table %I enable row level security', name);
    execute format($policy$create policy of_school on %I
      using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
      with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint)$policy$, name);
  end loop;
end $$;

create function enqueue_class_book(of_school bigint, of_book uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform graphile_worker.add_job(
    'class-book',
    json_build_object('schoolId', of_school::text, 'bookId', of_book),
    max_attempts => 8,
    job_key => 'class-book:' || of_book
  );
end $$;
revoke all on function enqueue_class_book(bigint, uuid) from public;
grant execute on function enqueue_class_book(bigint, uuid) to hocba_app;
