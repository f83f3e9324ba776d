-- What was done before it took two persons is listed here once, so that an audit names whatever comes later without an
-- agreement. Nothing is added to it.

create table act_before_approvals (
  school_id bigint not null,
  -- `recall:<record>`, `return:<record>`, `year:<school year>#<number>`, `seal:<certificate>`.
  act text not null,
  primary key (school_id, act)
);
insert into act_before_approvals (school_id, act)
select c.school_id, 'recall:' || c.record_id from recalled_record c
where not exists (select 1 from approval_request r join approval_decision d
  on d.school_id = r.school_id and d.request_id = r.request_id
  where r.school_id = c.school_id and r.object = 'record:' || c.record_id and d.decision = 'approved')
union
select a.school_id, 'return:' || a.record_id from record_act a
where a.act = 'return' and not exists (select 1 from approval_request r join approval_decision d
  on d.school_id = r.school_id and d.request_id = r.request_id
  where r.school_id = a.school_id and r.object = 'record:' || a.record_id and d.decision = 'approved')
union
select school_id, 'year:' || school_year || '#' || seq from year_lock_act where request_id is null
union
select school_id, 'seal:' || certificate_id from seal_act where request_id = certificate_id;

grant select on act_before_approvals to hocba_app;
create trigger refuse_row_change before insert or update or delete on act_before_approvals
  for each row execute function refuse_change();
create trigger refuse_truncate before truncate on act_before_approvals for each statement execute function refuse_change();
alter table act_before_approvals enable row level security;
create policy of_school on act_before_approvals
  using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
  with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint);

-- A pupil's year opens again for a replacement by two, as the recall itself.
create function refuse_unapproved_return() returns trigger language plpgsql as $$
begin
  if not exists (
    select 1 from approval_request r
    join approval_decision d on d.school_id = r.school_id and d.request_id = r.request_id
    where r.school_id = new.school_id and r.kind = 'recall' and r.object = 'record:' || new.record_id
      and (r.act::jsonb ->> 'replace')::boolean
      and d.decision = 'approved' and d.decided_by = new.staff_id)
  then
    raise exception 'approval: nobody approved this replacement' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger refuse_unapproved before insert on record_act
  for each row when (new.act = 'return') execute function refuse_unapproved_return();

-- What is fetched is fetched by who asked for it, and in its time.
create or replace function refuse_unapproved_use() returns trigger language plpgsql as $$
begin
  if not exists (
    select 1 from approval_request r
    join approval_decision d on d.school_id = r.school_id and d.request_id = r.request_id
    where r.school_id = new.school_id and r.request_id = new.request_id and d.decision = 'approved'
      and r.kind like 'export-%' and r.asked_by = new.used_by and new.used_at <= r.open_until)
  then
    raise exception 'approval: used without being approved' using errcode = '42501';
  end if;
  return new;
end $$;
