-- Rewards (TT 27/2020 Điều 13). A title that needs grounds is proposed, recognised by the class, decided by the principal;
-- HS Xuất sắc follows from the result and has no act. Sudden rewards and those from above are written in the record; letters
-- of praise (`letter`) are kept here and never leave. All of it acts of a pupil's school year, whatever the class: appended.

create table title_act (
  school_id bigint not null,
  school_year text not null,
  pupil_id uuid not null,
  seq integer not null,
  act text not null check (act in ('propose', 'vote', 'grant', 'refuse', 'withdraw')),
  -- The grounds of a proposal: subjects with an outstanding achievement, qualities and competences with clear progress.
  subjects text[] not null default '{}',
  traits text[] not null default '{}',
  -- The class's vote and its day.
  recognised boolean,
  held_on date,
  reason text,
  acted_by uuid not null,
  acted_at timestamptz not null,
  primary key (school_id, school_year, pupil_id, seq),
  foreign key (school_id, school_year) references school_year (school_id, school_year),
  foreign key (school_id, pupil_id) references pupil (school_id, pupil_id),
  check ((act = 'propose') = (cardinality(subjects) + cardinality(traits) > 0)),
  check ((act = 'vote') = (recognised is not null) and (act = 'vote') = (held_on is not null)),
  check (act <> 'refuse' or reason is not null)
);

create table reward (
  school_id bigint not null,
  reward_id uuid not null,
  school_year text not null,
  pupil_id uuid not null,
  kind text not null check (kind in ('sudden', 'higher', 'letter')),
  text text not null check (text <> ''),
  given_on date not null,
  recorded_by uuid not null,
  recorded_at timestamptz not null,
  primary key (school_id, reward_id),
  foreign key (school_id, school_year) references school_year (school_id, school_year),
  foreign key (school_id, pupil_id) references pupil (school_id, pupil_id)
);

-- A reward that was recorded by mistake no longer counts; both stay.
create table reward_withdrawal (
  school_id bigint not null,
  reward_id uuid not null,
  reason text not null check (reason <> ''),
  withdrawn_by uuid not null,
  withdrawn_at timestamptz not null,
  primary key (school_id, reward_id),
  foreign key (school_id, reward_id) references reward (school_id, reward_id)
);

do $$
declare
  name text;
begin
  foreach name in array array['title_act', 'reward', 'reward_withdrawal'] loop
    execute format('grant select, insert on %I to hocba_app', name);
    execute format('create trigger refuse_row_change before update or delete on %I for each row execute function refuse_change()', name);
    execute format('create trigger refuse_truncate before truncate on %I for each statement execute function refuse_change()', name);
    execute format('alter table %I enable row level security', name);
    execute format($policy$create policy of_school on %I
      using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
      with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint)$policy$, name);
  end loop;
end $$;
