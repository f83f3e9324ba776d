-- What the nightly comparison found in each class (records against cells, signed table, and what else speaks of the same
-- year). Kept day by day, so that the principal sees it on the page and not the operator alone in a log. Ids only.

create table class_comparison (
  school_id bigint not null,
  class_id uuid not null,
  day date not null,
  compared_at timestamptz not null,
  -- How many records were compared; null where the comparison itself failed.
  records integer check (records >= 0),
  -- Records that differ from something.
  differing uuid[] not null default '{}',
  primary key (school_id, class_id, day),
  foreign key (school_id, class_id) references class (school_id, class_id)
);

grant select, insert on class_comparison to hocba_app;
create trigger refuse_row_change before update or delete on class_comparison for each row execute function refuse_change();
create trigger refuse_truncate before truncate on class_comparison for each statement execute function refuse_change();
alter table class_comparison enable row level security;
create policy of_school on class_comparison
  using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
  with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint);
