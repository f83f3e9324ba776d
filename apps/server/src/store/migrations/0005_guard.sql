-- What the application may do, and what nobody may. Grants first; triggers as the second wall, both per row
-- and for TRUNCATE, which would walk past a row trigger; row-level security as the second net for tenancy.

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'append-only: % of % is refused', tg_op, tg_table_name using errcode = '42501';
end $$;

do $$
declare
  name text;
  append_only text[] := array['cell_act', 'decision', 'record_registry', 'record', 'record_act',
    'signing_certificate', 'slot', 'issued_record', 'recalled_record', 'verification_token', 'audit_event', 'log_leaf'];
  changeable text[] := array['school', 'staff', 'staff_role', 'account', 'session', 'school_year', 'class',
    'assignment', 'pupil', 'pupil_registry', 'enrolment', 'cell', 'class_counter', 'import', 'signing_batch',
    'signing_item', 'log_state', 'log_pending', 'log_staged'];
  by_school text[] := array['staff', 'staff_role', 'school_year', 'class', 'assignment', 'pupil', 'enrolment',
    'cell', 'cell_act', 'class_counter', 'decision', 'import', 'record', 'record_act', 'signing_certificate', 'slot',
    'signing_batch', 'signing_item', 'issued_record', 'recalled_record', 'audit_event'];
begin
  foreach name in array append_only loop
    execute format('grant select, insert on %I to hocba_app', name);
    execute format('create trigger refuse_row_change before update or delete on %I for each row execute function refuse_change()', name);
    execute format('create trigger refuse_truncate before truncate on %I for each statement execute function refuse_change()', name);
  end loop;
  foreach name in array changeable loop
    execute format('grant select, insert, update on %I to hocba_app', name);
  end loop;
  -- A cell keeps its place: moved to another period it would slip past the wall below.
  revoke update on cell from hocba_app;
  grant update (value, version, set_by, set_at, seq) on cell to hocba_app;
  grant delete on log_pending, log_staged, assignment, staff_role to hocba_app;
  foreach name in array by_school loop
    execute format('alter table %I enable row level security', name);
    execute format($policy$create policy of_school on %I
      using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
      with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint)$policy$, name);
  end loop;
end $$;

-- A cell with a signed or frozen record above it stands still (the use case refuses first; this is the second wall).
-- It opens by a thaw, or after a recall by the return that asks for a replacement; a recall alone keeps it shut.
create function refuse_frozen_cell() returns trigger language plpgsql as $$
begin
  if new.period = 'CN' and exists (
    select 1 from record r
    where r.school_id = new.school_id and r.class_id = new.class_id and r.pupil_id = new.pupil_id
      and not exists (select 1 from record_act a where a.school_id = r.school_id and a.record_id = r.record_id
                      and a.act in ('thaw', 'return'))
  ) then
    raise exception 'frozen: the pupil''s year has a record' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger refuse_frozen before insert or update on cell for each row execute function refuse_frozen_cell();
