-- Who a pupil is, as the office edits it: each change is an act with its reason, a change of civil status with its
-- decision. What stands in an issued record is never edited: the act names the records that a correction is due for.

alter table pupil add column mother_absence text;

create table identity_act (
  school_id bigint not null,
  act_id uuid not null,
  pupil_id uuid not null,
  changes jsonb not null,
  reason text not null,
  decision_number text,
  decision_date date,
  record_ids uuid[] not null,
  set_by uuid not null,
  set_at timestamptz not null,
  primary key (school_id, act_id),
  foreign key (school_id, pupil_id) references pupil (school_id, pupil_id),
  check ((decision_number is null) = (decision_date is null)),
  check (cardinality(record_ids) = 0 or decision_number is not null)
);
create index identity_act_by_pupil on identity_act (school_id, pupil_id);

grant select, insert on identity_act to hocba_app;
create trigger refuse_row_change before update or delete on identity_act for each row execute function refuse_change();
create trigger refuse_truncate before truncate on identity_act for each statement execute function refuse_change();
alter table identity_act enable row level security;
create policy of_school on identity_act
  using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
  with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint);
