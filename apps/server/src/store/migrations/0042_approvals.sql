-- The second person (R-24, R-26): what one of the office asks for and another one decides, bound to the digest of exactly what
-- will be done. The use cases refuse first; the database refuses too, whoever writes.

create table approval_request (
  school_id bigint not null,
  request_id uuid not null,
  kind text not null,
  -- What it touches, such as `record:…`, `year:2025-2026`.
  object text not null,
  -- The act and what it stands on, as JSON in the bytes that the digest was made over.
  act text not null,
  basis text not null,
  -- What both persons read, line by line.
  summary text not null,
  reason text not null check (reason <> ''),
  evidence text not null,
  digest bytea not null check (length(digest) = 32),
  asked_by uuid not null,
  asked_role text not null,
  asked_at timestamptz not null,
  open_until timestamptz not null,
  primary key (school_id, request_id),
  foreign key (school_id, asked_by) references staff (school_id, staff_id),
  check (open_until > asked_at and open_until <= asked_at + interval '7 days'),
  check (kind <> 'recall' or evidence <> '')
);
create index approval_request_by_object on approval_request (school_id, object);

create table approval_decision (
  school_id bigint not null,
  request_id uuid not null,
  decision text not null check (decision in ('approved', 'refused', 'withdrawn')),
  note text not null,
  decided_by uuid not null,
  decided_role text not null,
  decided_at timestamptz not null,
  -- One decision a request, whoever comes at the same moment.
  primary key (school_id, request_id),
  foreign key (school_id, request_id) references approval_request (school_id, request_id),
  foreign key (school_id, decided_by) references staff (school_id, staff_id)
);

-- What is not done within the decision itself (a file that is fetched) is done once.
create table approval_use (
  school_id bigint not null,
  request_id uuid not null,
  used_by uuid not null,
  used_at timestamptz not null,
  primary key (school_id, request_id),
  foreign key (school_id, request_id) references approval_decision (school_id, request_id)
);

-- Which of the registered seals is in force: the newest act. Seals from before were put in force by one person.
create table seal_act (
  school_id bigint not null,
  request_id uuid not null,
  certificate_id uuid not null,
  acted_at timestamptz not null,
  primary key (school_id, request_id),
  foreign key (school_id, certificate_id) references signing_certificate (school_id, certificate_id)
);
insert into seal_act (school_id, request_id, certificate_id, acted_at)
select school_id, certificate_id, certificate_id, registered_at from signing_certificate
where staff_id is null and kind <> 'training';

alter table year_lock_act add column request_id uuid;
alter table year_lock_act add foreign key (school_id, request_id) references approval_decision (school_id, request_id);
create unique index year_lock_act_by_request on year_lock_act (school_id, request_id);

create function refuse_own_approval() returns trigger language plpgsql as $$
declare
  asked approval_request%rowtype;
  same boolean;
begin
  select * into strict asked from approval_request r
  where r.school_id = new.school_id and r.request_id = new.request_id;
  if new.decided_at < asked.asked_at or (new.decision = 'approved' and new.decided_at > asked.open_until) then
    raise exception 'approval: out of its time' using errcode = '42501';
  end if;
  -- The same person is also who has another account: the personal number says so.
  select count(distinct s.personal_id) < 2 into same from staff s
  where s.school_id = new.school_id and s.staff_id in (asked.asked_by, new.decided_by);
  if new.decision = 'withdrawn' then
    if new.decided_by <> asked.asked_by then
      raise exception 'approval: withdrawn by somebody else' using errcode = '42501';
    end if;
    return new;
  end if;
  if same or not exists (
    select 1 from staff_role r
    where r.school_id = new.school_id and r.staff_id = new.decided_by and r.role = new.decided_role
  ) or not (new.decided_role = 'principal'
    or (asked.kind not in ('recall', 'year-lock') and new.decided_role in ('clerk', 'admin')))
  then
    raise exception 'approval: not by a second person who may' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger refuse_own before insert on approval_decision for each row execute function refuse_own_approval();

create function is_approved(in_school bigint, of_request uuid, of_kind text, of_object text) returns boolean
language sql stable as $$
  select exists (
    select 1 from approval_request r
    join approval_decision d on d.school_id = r.school_id and d.request_id = r.request_id
    where r.school_id = in_school and r.request_id = of_request and r.kind = of_kind and r.object = of_object
      and d.decision = 'approved')
$$;

create function refuse_unapproved_recall() returns trigger language plpgsql as $$
begin
  if not exists (
    select 1 from approval_request r
    join approval_decision d on d.school_id = r.school_id and d.request_id = r.request_id
    where r.school_id = new.school_id and r.kind = 'recall' and r.object = 'record:' || new.record_id
      and d.decision = 'approved' and d.decided_by = new.recalled_by)
  then
    raise exception 'approval: nobody approved this recall' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger refuse_unapproved before insert on recalled_record
  for each row execute function refuse_unapproved_recall();

create function refuse_unapproved_lock() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from issued_record i join record r on r.school_id = i.school_id and r.record_id = i.record_id
    where i.school_id = new.school_id and r.school_year = new.school_year)
    and not (new.request_id is not null
      and is_approved(new.school_id, new.request_id, 'year-lock', 'year:' || new.school_year))
  then
    raise exception 'approval: nobody approved that the locks of % move', new.school_year using errcode = '42501';
  end if;
  return new;
end $$;
create trigger refuse_unapproved before insert on year_lock_act
  for each row execute function refuse_unapproved_lock();

create function refuse_unapproved_seal() returns trigger language plpgsql as $$
begin
  if not is_approved(new.school_id, new.request_id, 'seal-key', 'certificate:' || new.certificate_id) then
    raise exception 'approval: nobody approved this seal' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger refuse_unapproved before insert on seal_act for each row execute function refuse_unapproved_seal();

create function refuse_unapproved_use() returns trigger language plpgsql as $$
begin
  if not exists (
    select 1 from approval_decision d
    where d.school_id = new.school_id and d.request_id = new.request_id and d.decision = 'approved')
  then
    raise exception 'approval: used without being approved' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger refuse_unapproved before insert on approval_use for each row execute function refuse_unapproved_use();

do $$
declare
  name text;
begin
  foreach name in array array['approval_request', 'approval_decision', 'approval_use', 'seal_act'] loop
    execute format('grant select, insert on %I to hocba_app', name);
    execute format('create trigger refuse_row_change before update or delete on %I for each row execute function refuse_change()', name);
    execute format('create trigger refuse_truncate before truncate on %I for each statement execute function refuse_change()', name);
    execute format('alter table %I enable row level security', name);
    execute format($policy$create policy of_school on %I
      using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
      with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint)$policy$, name);
  end loop;
end $$;
