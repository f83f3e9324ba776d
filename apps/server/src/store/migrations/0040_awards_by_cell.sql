-- Records that were frozen before titles had acts of their own (0025) say in §5 what the homeroom teacher's cell said and
-- nothing else; since then HS Xuất sắc follows from the result and HS Tiêu biểu from acts. A store that was brought to the
-- newer schema would compare the two and find every such record differing, for ever: what is issued is never changed. These
-- records are compared with the cell alone. A store made since then has none.

create table record_award_by_cell (
  school_id bigint not null,
  record_id uuid not null,
  primary key (school_id, record_id),
  foreign key (school_id, record_id) references record (school_id, record_id)
);

insert into record_award_by_cell (school_id, record_id)
select r.school_id, r.record_id from record r
where r.pupil_id is not null
  and r.frozen_at < (select m.applied_at from schema_migration m where m.name = '0025_awards.sql');

grant select on record_award_by_cell to hocba_app;
create trigger refuse_row_change before insert or update or delete on record_award_by_cell
  for each row execute function refuse_change();
create trigger refuse_truncate before truncate on record_award_by_cell for each statement execute function refuse_change();
alter table record_award_by_cell enable row level security;
create policy of_school on record_award_by_cell
  using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
  with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint);
