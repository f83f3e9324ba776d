-- Pictures that prints show of a person's signature or of the school's seal. A print shows the one that was in force when its
-- slot was signed, so none is ever written again: a new one, or none (png null), holds from its time on.
create table signature_picture (
  school_id bigint not null references school (school_id),
  picture_id uuid not null,
  -- null for the school's seal
  staff_id uuid,
  png bytea check (length(png) <= 1048576),
  set_by uuid not null,
  set_at timestamptz not null,
  primary key (school_id, picture_id),
  foreign key (school_id, staff_id) references staff (school_id, staff_id),
  foreign key (school_id, set_by) references staff (school_id, staff_id)
);
create index signature_picture_of_holder on signature_picture (school_id, staff_id, set_at);
-- Already compressed inside.
alter table signature_picture alter column png set storage external;

grant select, insert on signature_picture to hocba_app;
create trigger refuse_row_change before update or delete on signature_picture for each row execute function refuse_change();
create trigger refuse_truncate before truncate on signature_picture for each statement execute function refuse_change();
alter table signature_picture enable row level security;
create policy of_school on signature_picture
  using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
  with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint);
