-- Which classes' pupils somebody has taken along as files, so that many files of one class each are counted together: more than
-- 200 pupils of a person in a day take a second one (R-26). Files that a second person has agreed to are in `approval_use`.
create table class_export (
  school_id bigint not null,
  staff_id uuid not null,
  class_id uuid not null,
  exported_at timestamptz not null,
  foreign key (school_id, staff_id) references staff (school_id, staff_id),
  foreign key (school_id, class_id) references class (school_id, class_id)
);
create index class_export_by_staff on class_export (school_id, staff_id, exported_at);

grant select, insert on class_export to hocba_app;
create trigger refuse_row_change before update or delete on class_export for each row execute function refuse_change();
create trigger refuse_truncate before truncate on class_export for each statement execute function refuse_change();
alter table class_export enable row level security;
create policy of_school on class_export
  using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
  with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint);
